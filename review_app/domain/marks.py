"""Marks: the places whose content a release copy removes, and the rules that refuse a mark.

A marks file is the object that ``scan --json`` prints (contract, "``scan --json``, and marks"): of each span
``page``, ``rects`` and ``codes`` are read, and ``label`` and ``note`` where they are given. Anything that is
not plainly a mark is refused by name: a mark read wrongly is a word that stays in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.values import dataclass

MAX_MARKS = 100_000
"""Five times the largest number the issue speaks of."""

MAX_RECTS = 5_000
MAX_TEXT = 10_000
_SMALLEST = 0.01
"""Sides below a hundredth of a point cannot be drawn or seen: no area."""

_MEND = "Correct that entry of the marks file"


@dataclass(frozen=True, slots=True)
class Mark:
    """One place to remove: page from 1, rectangles in page space (points, origin top left as displayed).

    ``codes`` are the exemption codes as they are to be printed; ``label`` is printed where there is no code;
    ``note`` is for colleagues and never part of a release copy. ``gap`` says what becomes of the gap that the
    mark leaves, None where the choice for the whole copy counts.
    """

    id: str
    page: int
    rects: tuple[Rect, ...]
    codes: tuple[str, ...] = ()
    label: str = ""
    note: str = ""
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """A marks file: the SHA-256 of the file that it was made for (None when it does not say), its marks."""

    sha256: str | None
    marks: tuple[Mark, ...]


def read_marks(value: object) -> Marks:
    """The marks of a parsed marks file. Marks without an id are named ``m1``, ``m2`` ... by their place.

    Raises:
        InputRefused: it is no marks file, or an entry is not a mark; the message names the entry.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("spans"), list):
        raise InputRefused(
            "The marks file holds no list of spans", todo="Give the output of scan --json for one file"
        )
    sha256 = value.get("sha256")
    if sha256 is not None and not _is_sha(sha256):
        raise InputRefused(
            "The marks file names its document by something that is no SHA-256",
            why="so it cannot be told whether the marks belong to this file", todo="Scan the file again",
        )
    spans = value["spans"]
    if len(spans) > MAX_MARKS:
        raise InputRefused(f"The marks file holds more than {MAX_MARKS:,} marks", todo="Split it into parts")
    marks: list[Mark] = []
    taken: set[str] = set()
    for number, span in enumerate(spans, start=1):
        mark = _mark(span, number)
        if mark.id in taken:
            raise InputRefused(
                f"Mark {number} has the id of an earlier mark", why="reports could not tell them apart",
                todo=_MEND,
            )
        taken.add(mark.id)
        marks.append(mark)
    return Marks(sha256, tuple(marks))


def check_document(marks: Marks, sha256: str) -> None:
    """The marks were made for the file with this SHA-256, or do not say.

    Raises:
        InputRefused: they were made for another one.
    """
    if marks.sha256 is not None and marks.sha256 != sha256:
        raise InputRefused(
            "The marks were made for another file", why="their sha256 differs, so the places may be wrong",
            todo="Scan this file again and mark it anew",
        )


def check_places(marks: Sequence[Mark], sizes: Sequence[tuple[float, float]]) -> None:
    """Each rectangle of each mark has an area on its page.

    Args:
        marks: the marks.
        sizes: width and height of each page in points as displayed.

    Raises:
        InputRefused: one does not; the message names the mark and its page.
    """
    for number, mark in enumerate(marks, start=1):
        name = _name(mark, number)
        if not 1 <= mark.page <= len(sizes):
            raise InputRefused(
                f"{name} is on page {mark.page}", why=f"the document has {len(sizes)} pages", todo=_MEND
            )
        width, height = sizes[mark.page - 1]
        for rect in mark.rects:
            shown = rect.intersect(Rect(0.0, 0.0, width, height))
            if shown.width < _SMALLEST or shown.height < _SMALLEST:
                raise InputRefused(
                    f"{name} on page {mark.page} has a rectangle without area on the page",
                    why="nothing would be removed there", todo=_MEND,
                )


def _mark(span: object, number: int) -> Mark:
    try:
        if not isinstance(span, Mapping):
            raise TypeError("a mark is an object")
        page = span["page"]
        if isinstance(page, bool) or not isinstance(page, int):
            raise TypeError("a page is a whole number")
        given = span["rects"]
        if not isinstance(given, Sequence) or isinstance(given, str) or not 0 < len(given) <= MAX_RECTS:
            raise ValueError("rectangles are a list")
        rects = tuple(_rect(r) for r in given)
        codes = tuple(_code(c) for c in _list(span.get("codes")))
        return Mark(
            _text(span.get("id")) or f"m{number}", page, rects, codes, _text(span.get("label")),
            _text(span.get("note")), None if span.get("gap") is None else Gap(span["gap"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        raise InputRefused(
            f"Entry {number} of the marks file is not a mark",
            why="each has a page, a list of rectangles of four numbers with an area, and codes as in "
            "scan --json",
            todo=_MEND,
        ) from None


def _rect(values: Any) -> Rect:
    if isinstance(values, str) or any(isinstance(v, bool) or not isinstance(v, int | float) for v in values):
        raise TypeError("a rectangle has four numbers")
    rect = Rect.of(values)
    if rect.width < _SMALLEST or rect.height < _SMALLEST:
        raise ValueError("no area")
    return rect


def _code(value: Any) -> str:
    code = _text(value["code"] if isinstance(value, Mapping) else value)
    if not code.strip():
        raise ValueError("a code is not empty")
    return code


def _list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_RECTS:
        raise TypeError("codes are a list")
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise TypeError("a text of sensible length")
    return value


def _name(mark: Mark, number: int) -> str:
    # An id may be text of the document in a file from elsewhere: only a plain one is repeated.
    plain = len(mark.id) <= 40 and mark.id.isascii() and mark.id.replace("-", "").replace("_", "").isalnum()
    return f"Mark {number} ({mark.id})" if plain else f"Mark {number}"


def _is_sha(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")
