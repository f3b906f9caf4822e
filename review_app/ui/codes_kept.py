"""The codes on the keys 1 to 9 and the codes used last, remembered for this user; no matter of the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from review_app.ui import settings
from review_app.ui.settings_table import FAVOURITES, LAST_CODES

KEYS = 9
LAST = 20
"""Codes remembered as used last."""
START: tuple[str, ...] = FAVOURITES.default
"""What is on the keys before somebody puts other codes there: the codes of most American releases."""


def favourites() -> tuple[str, ...]:
    """The codes on the keys 1 to 9, in this order."""
    return settings.get(FAVOURITES)[:KEYS] or START


def set_favourites(codes: Iterable[str]) -> None:
    """Put these codes on the keys; none puts back those of the start."""
    kept = list(dict.fromkeys(codes))[:KEYS]
    if kept:
        settings.put(FAVOURITES, kept)
    else:
        settings.forget(FAVOURITES)


def last_used() -> tuple[str, ...]:
    """The codes that were cited last, the newest first."""
    return settings.get(LAST_CODES)


def remember(codes: Sequence[str]) -> None:
    """These codes were cited now."""
    if codes:
        settings.put(LAST_CODES, list(dict.fromkeys([*codes, *last_used()]))[:LAST])
