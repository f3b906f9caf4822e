"""Bytes of a text file to lines, never guessing in silence.

UTF-8, and UTF-16 or UTF-32 with a byte order mark, are certain. Everything else is a guess that is either
supported by every odd byte's neighbours, and then told in a warning, or refused.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from review_app.domain.errors import InputRefused
from review_app.domain.values import dataclass

MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Larger text files are refused: as pages they would be more than 7,000 sheets."""

MAX_TEXT_LINES = 500_000
"""More lines are refused: some 9,000 pages, and every one would be shown and scanned."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = re.compile(r"[\x00-\x06\x0e-\x19\x1c-\x1f\x7f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_TODO = "Save it as UTF-8 text in an editor that shows it rightly, and add that file"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A decoded text file: its lines without their ends, and what had to be guessed.

    Lines end at LF, CR LF and CR only, as editors count them; U+2028, form feed and the like stay inside
    a line. A line end at the very end of the file begins no further line.
    """

    lines: tuple[str, ...]
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> TextFile:
    """Reads the bytes of a text file.

    Raises:
        InputRefused: empty, over a limit, binary, or in an encoding that cannot be told.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise InputRefused(
            f"The text file is larger than {MAX_TEXT_BYTES // 2**20} MB",
            why="as pages it would be too long to review in one piece",
            todo="Split it into parts",
        )
    text, encoding, warnings = _decoded(data)
    if not text.strip():
        raise InputRefused("The text file holds only white space", todo="Check that it is the right file")
    odd = len(_BINARY.findall(text))
    if odd > 0.02 * len(text):
        raise _binary()
    lines = _LINE_END.split(text)
    if not lines[-1]:
        lines.pop()
    if len(lines) > MAX_TEXT_LINES:
        raise InputRefused(
            f"The text file has more than {MAX_TEXT_LINES:,} lines", todo="Split it into parts",
        )
    return TextFile(tuple(lines), encoding, warnings)


def _binary() -> InputRefused:
    return InputRefused(
        "The file is neither a PDF, nor a picture, nor text",
        why="it holds bytes that occur in no text",
        todo="Check that it is the right file and that it was copied whole",
    )


def _decoded(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise InputRefused(
                    f"The file says it is {encoding.upper()} but is not",
                    why="its byte order mark and its bytes contradict each other", todo=_TODO,
                ) from None
            if "\0" in text:
                raise _binary()
            return text, encoding, ()
    if b"\0" in data:
        return _utf16_without_mark(data)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _damaged_utf8(data) or _western(data)


def _utf16_without_mark(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """UTF-16 is certain when one byte of nearly every pair is NUL, never the other, and all of it is text."""
    if len(data) % 2 == 0 and len(data) >= 8:
        even, odd = data[0::2].count(0), data[1::2].count(0)
        units = len(data) // 2
        encoding = "utf-16-le" if even == 0 and odd >= 0.7 * units else ""
        encoding = "utf-16-be" if odd == 0 and even >= 0.7 * units else encoding
        if encoding:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                raise _binary() from None
            if not _BINARY.search(text):
                name = encoding.upper()
                return text, encoding, (f"The encoding was guessed: {name} without a byte order mark",)
    raise InputRefused(
        "The file holds NUL bytes", why="text has none, so it is binary or damaged",
        todo="Check that it is the right file and that it was copied whole",
    )


def _damaged_utf8(data: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """UTF-8 with a few broken bytes: many good sequences beside them leave no doubt."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(1 for c in text if c > "\x7f") - broken
    if good >= 10 * broken:
        noun = "place" if broken == 1 else "places"
        return text, "utf-8", (
            f"The file is UTF-8 with damage in {broken} {noun}, shown as the replacement character U+FFFD",
        )
    return None


def _western(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Latin-1 or Windows-1252, when nearly every byte above 127 stands where that character would."""
    refused = InputRefused(
        "The file's text encoding cannot be told for certain",
        why="it is not UTF-8, and read as another encoding its characters make no sense", todo=_TODO,
    )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise refused from None
    high = [i for i, c in enumerate(text) if data[i] > 0x7F]
    letters = sum(1 for c in text if c.isalpha())
    plausible = sum(1 for i in high if _stands_well(text, i))
    if plausible < 0.9 * len(high) or len(high) > 0.25 * max(1, letters):
        raise refused
    name = "Windows-1252" if any(0x80 <= data[i] <= 0x9F for i in high) else "Latin-1 (ISO 8859-1)"
    noun = "character" if len(high) == 1 else "characters"
    return text, "cp1252", (f"The encoding was guessed from {len(high)} {noun}: {name}",)


_OPENING = set("“‘„‚«¿¡‹")
_CLOSING = set("”»›…")
_ANYWHERE = set("’–—•\u00a0\u00ad·")
_SIGNS = set("£§©®°±²³µ¶¹ºª¼½¾¢¥¬€†‡‰™×÷´")


def _stands_well(text: str, i: int) -> bool:
    """Is the character at ``i`` where a writer would put it? Other encodings read as this one are not."""
    char = text[i]
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < len(text) else " "
    if char in _ANYWHERE:
        return True
    if char in _OPENING:
        return not before.isalpha()
    if char in _CLOSING:
        return not after.isalpha()
    if char in _SIGNS:
        return not (before.isalpha() and after.isalpha())
    if char in "ÐðÞþƒ¤¦¨¯¸ˆ˜":
        return False  # as good as always a sign of another encoding in the documents we are for
    if unicodedata.category(char) == "Lu":
        return not before.islower() and (after.isalpha() or before.isalpha() or after in " .'’")
    if unicodedata.category(char) == "Ll":
        return before.isalpha() or after.isalpha() or (before == " " and after == " ")
    return False
