"""How odd text is shown to people: nothing in a file name may move the cursor or turn the line round."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

ISOLATE, LEFT_TO_RIGHT, END_ISOLATE = "\u2068", "\u2066", "\u2069"
"""Between the first or second and the third, text has its own direction (the second: from left to right),
and its surroundings keep theirs."""


def shown(name: str | os.PathLike[str]) -> str:
    """A file name on one line, with control, format and undecodable characters escaped.

    Newlines, right-to-left overrides, zero-width characters and lone surrogates (bytes of a name that
    are not valid in the file system's encoding) appear as ``\\n``, ``\\u202e``, ``\\udcff``.
    Ordinary letters of any script stay as they are.
    """
    return "".join(_shown_char(c) for c in os.fspath(name))


def isolated(name: str | os.PathLike[str]) -> str:
    """As :func:`shown`, for a place among other words: letters that are written from right to left do not
    turn round what stands beside them (U+2068 and U+2069 around the name; others are as shown)."""
    text = shown(name)
    if text.isascii() or not any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text):
        return text
    return f"{ISOLATE}{text}{END_ISOLATE}"


def _shown_char(char: str) -> str:
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return char.encode("unicode_escape").decode("ascii")
    return char


def safe_stem(name: str) -> str:
    """A file name's stem that any file system takes: no control, format or reserved characters,
    at most 100 bytes of UTF-8; ``document`` when nothing is left."""
    stem = PurePath(name).stem
    kept = "".join(
        "_" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or c in '<>:"/\\|?*' else c
        for c in stem
    ).strip(" .")
    cut = kept.encode("utf-8")[:100].decode("utf-8", "ignore").strip(" .")
    return cut or "document"


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as ``1-3, 7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts)


def pages_in_words(numbers: Sequence[int]) -> str:
    """Ascending page numbers as ``page 3`` or ``pages 1-3, 7``."""
    return f"page {ranges(numbers)}" if len(numbers) == 1 else f"pages {ranges(numbers)}"
