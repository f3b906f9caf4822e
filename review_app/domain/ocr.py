"""What a person may choose about reading pages without a usable text layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, Self

from review_app.domain.errors import UsageError
from review_app.domain.values import dataclass

_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}(?:/[A-Za-z][A-Za-z0-9_]{1,30})?")
MAX_LANGUAGES = 8


class OcrMode(StrEnum):
    """Which pages are read from their picture."""

    AUTO = "auto"  # those without a usable text layer
    NEVER = "never"
    ALWAYS = "always"  # all that show a picture


class OcrEngine(StrEnum):
    """What reads them. AUTO: Tesseract when it is on the machine, else MuPDF with a tessdata folder."""

    AUTO = "auto"
    TESSERACT = "tesseract"
    MUPDF = "mupdf"
    RAPIDOCR = "rapidocr"


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """The choices of one run.

    ``languages`` are names of Tesseract's language files (``eng``, ``nld``); ``tessdata`` is a folder with
    such files, empty for the one the program comes with; ``cache`` is the folder where recognised pages are
    kept, empty for none.
    """

    mode: OcrMode = OcrMode.AUTO
    engine: OcrEngine = OcrEngine.AUTO
    languages: tuple[str, ...] = ("eng",)
    tessdata: str = ""
    cache: str = ""

    @property
    def is_demanded(self) -> bool:
        """True when a person asked for something that must be there, else the run is refused."""
        plain = OcrSettings(cache=self.cache)
        return self.mode is not OcrMode.NEVER and self != plain

    def to_json(self) -> dict[str, Any]:
        """Plain values for the way into a child."""
        return asdict(self) | {"languages": list(self.languages)}

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Self:
        """From plain values; the default from None.

        Raises:
            ValueError, TypeError, KeyError: they are not of this form.
        """
        if values is None:
            return cls()
        return cls(
            mode=OcrMode(values["mode"]), engine=OcrEngine(values["engine"]),
            languages=tuple(str(name) for name in values["languages"]), tessdata=str(values["tessdata"]),
            cache=str(values["cache"]),
        )


def languages_of(text: str) -> tuple[str, ...]:
    """The languages of ``eng+nld``, each once.

    Raises:
        UsageError: not of that form.
    """
    names = tuple(dict.fromkeys(part.strip() for part in text.split("+")))
    if len(names) > MAX_LANGUAGES or not all(_LANGUAGE.fullmatch(name) for name in names):
        raise UsageError(
            "The languages to recognise are not of the form eng or eng+nld",
            todo="Join the names of Tesseract's language files by +; 'review-app doctor' lists those here",
        )
    return names
