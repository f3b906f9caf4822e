"""Recognising text, as a reviewer chooses it: whether it can be done, and with what."""

from __future__ import annotations

from review_app.domain.ocr import OcrSettings
from review_app.domain.values import dataclass
from review_app.workers.pool import Pool

ASK_TIMEOUT_S = 60.0
"""Longest time to look for engines, in seconds."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that recognises text: whether it works here, and its version and languages in words."""

    name: str
    works: bool
    text: str


def check(pool: Pool, settings: OcrSettings) -> None:
    """See that what was chosen can be done; nothing happens when nothing was.

    Raises:
        EnvironmentProblem: the chosen engine, or one of the languages, is not there.
    """
    if settings.is_demanded:
        pool.ask("ocr", {"ocr": settings.to_json(), "check": True}, timeout_s=ASK_TIMEOUT_S)


def engines(pool: Pool, settings: OcrSettings) -> list[Engine]:
    """Every engine the program can use."""
    answer = pool.ask("ocr", {"ocr": settings.to_json()}, timeout_s=ASK_TIMEOUT_S)
    return [Engine(row["name"], bool(row["works"]), row["text"]) for row in answer.values["engines"]]
