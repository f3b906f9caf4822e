"""Bookmarks and page labels of a PDF, read object by object within limits.

MuPDF's own reader follows the whole tree at once. Here each step is ours: a tree that runs in circles, is a
million levels deep or has titles of megabytes costs no more than an ordinary one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pymupdf

from review_app.domain.outline import MAX_DEPTH, MAX_ENTRIES, MAX_LABEL, MAX_TITLE, Outline, OutlineEntry
from review_app.engine.documents import Document
from review_app.engine.geometry import apply
from review_app.engine.mupdf import MUPDF_ERRORS

MAX_STEPS = 4 * MAX_ENTRIES
"""Objects of the outline that are looked at, whether they are good for an entry or not."""

MAX_RULES = 20_000
"""Rules for labels that are read; each page of a long file may have its own."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)
_MOST_ROMAN = 4999


def read(document: Document) -> Outline:
    """The bookmarks and labels of a document. A file that is no PDF has none, one whose outline is damaged
    has what can be read of it: this never fails."""
    if document.media_type != "application/pdf":
        return Outline()
    pdf = _pdf(document)
    if pdf is None:
        return Outline()
    with suppress(*MUPDF_ERRORS):
        # Its pages as a list: without it each bookmark walks the page tree to find its page.
        pymupdf.mupdf.pdf_load_page_tree(pdf)
    entries, is_cut = _entries(pdf, document)
    return Outline(tuple(entries), _labels(pdf, document.page_count), is_cut)


def _pdf(document: Document) -> Any:
    try:
        return pymupdf.mupdf.pdf_document_from_fz_document(document.pdf.this)
    except MUPDF_ERRORS:
        return None


# -- bookmarks ---------------------------------------------------------------------------------------


def _entries(pdf: Any, document: Document) -> tuple[list[OutlineEntry], bool]:
    """Depth first; ``to_do`` holds the next sibling of each level, so that depth costs no recursion."""
    found: list[OutlineEntry] = []
    seen: set[int] = set()
    to_do: list[tuple[Any, int]] = [(_get(pdf, "Root", "Outlines", "First"), 0)]
    steps = 0
    while to_do:
        item, depth = to_do.pop()
        steps += 1
        number = _number(item)
        if number is None or number in seen:
            continue
        if len(found) >= MAX_ENTRIES or steps > MAX_STEPS:
            return found, True
        seen.add(number)
        entry = _entry(pdf, document, item, depth)
        if entry is not None:
            found.append(entry)
        to_do.append((_child(item, "Next"), depth))
        to_do.append((_child(item, "First"), min(depth + 1, MAX_DEPTH)))
    return found, False


def _entry(pdf: Any, document: Document, item: Any, depth: int) -> OutlineEntry | None:
    try:
        title = str(pymupdf.mupdf.pdf_to_text_string(_child(item, "Title")))
    except MUPDF_ERRORS:
        title = ""
    title = " ".join(title[: 4 * MAX_TITLE].split())[:MAX_TITLE]
    page, top = _destination(pdf, document, item)
    if not title and not page:
        return None
    return OutlineEntry(depth, title, page, top)


_TOP_AT = {"XYZ": 3, "FitH": 2, "FitBH": 2, "FitR": 5}
"""Where in a destination its height stands; in the others it leads to the whole page."""


def _destination(pdf: Any, document: Document, item: Any) -> tuple[int, float]:
    """Page and height that a bookmark leads to; page 0 when it leads elsewhere or nowhere."""
    mupdf = pymupdf.mupdf
    try:
        goal = _child(item, "Dest")
        if _is_missing(goal):
            action = _child(item, "A")
            if mupdf.pdf_to_name(_child(action, "S")) != "GoTo":
                return 0, 0.0
            goal = _child(action, "D")
        if mupdf.pdf_is_name(goal) or mupdf.pdf_is_string(goal):
            goal = mupdf.pdf_lookup_dest(pdf, goal)
        if mupdf.pdf_is_dict(goal):
            goal = _child(goal, "D")
        first = mupdf.pdf_array_get(goal, 0)
        # A number counts from 0 and is meant for other files, but writers use it for their own, too.
        is_number = mupdf.pdf_is_int(first)
        page = 1 + int(mupdf.pdf_to_int(first) if is_number else mupdf.pdf_lookup_page_number(pdf, first))
        if not 1 <= page <= document.page_count:
            return 0, 0.0
        return page, _top(document, page, goal)
    except MUPDF_ERRORS:
        return 0, 0.0


def _top(document: Document, page: int, goal: Any) -> float:
    """The height that a destination names, in points as displayed; 0 when it names none."""
    mupdf = pymupdf.mupdf
    mode = str(mupdf.pdf_to_name(mupdf.pdf_array_get(goal, 1)))
    at = _TOP_AT.get(mode)
    if at is None or not mupdf.pdf_is_number(mupdf.pdf_array_get(goal, at)):
        return 0.0
    frame = document.frame(page)
    if frame is None:
        return 0.0
    left = mupdf.pdf_array_get(goal, 2)
    x = float(mupdf.pdf_to_real(left)) if mode in ("XYZ", "FitR") and mupdf.pdf_is_number(left) else 0.0
    _, top = apply(frame.to_page, x, float(mupdf.pdf_to_real(mupdf.pdf_array_get(goal, at))))
    return top if math.isfinite(top) and 0.0 <= top <= frame.height else 0.0


# -- labels ------------------------------------------------------------------------------------------


def _labels(pdf: Any, page_count: int) -> tuple[str, ...]:
    """A label for each page; empty where the document gives none, or only plain numbers from 1."""
    rules: dict[int, tuple[str, str, int]] = {}
    for first, rule in _rules(pdf):
        if 0 <= first < page_count:
            rules[first] = rule
    if not rules:
        return ()
    labels = []
    style, prefix, start, since = "D", "", 1, 0
    for page in range(page_count):
        if page in rules:
            style, prefix, start = rules[page]
            since = page
        label = prefix + _numeral(style, start + page - since)
        labels.append(label if len(label) <= MAX_LABEL else "")
    if all(label in ("", str(number)) for number, label in enumerate(labels, start=1)):
        return ()
    return tuple(labels)


def _rules(pdf: Any) -> Iterator[tuple[int, tuple[str, str, int]]]:
    """The leaves of the number tree: from which page on which style, prefix and first number count."""
    mupdf = pymupdf.mupdf
    seen: set[int] = set()
    to_do = [_get(pdf, "Root", "PageLabels")]
    left = MAX_RULES
    while to_do and left > 0:
        node = to_do.pop()
        left -= 1
        number = _number(node)
        if number is not None:
            if number in seen:
                continue
            seen.add(number)
        try:
            kids, leaves = _child(node, "Kids"), _child(node, "Nums")
            to_do.extend(mupdf.pdf_array_get(kids, n) for n in range(min(mupdf.pdf_array_len(kids), left)))
            for n in range(0, min(mupdf.pdf_array_len(leaves), 2 * left) - 1, 2):
                left -= 1
                rule = mupdf.pdf_array_get(leaves, n + 1)
                style = str(mupdf.pdf_to_name(_child(rule, "S")))
                prefix = str(mupdf.pdf_to_text_string(_child(rule, "P")))[: 4 * MAX_LABEL]
                start = _child(rule, "St")
                first = int(mupdf.pdf_to_int(start)) if mupdf.pdf_is_int(start) else 1
                page = int(mupdf.pdf_to_int(mupdf.pdf_array_get(leaves, n)))
                yield page, (style, " ".join(prefix.split()), max(1, first))
        except MUPDF_ERRORS:
            continue


def _numeral(style: str, number: int) -> str:
    if style == "D":
        return str(number)
    if style in ("R", "r") and number <= _MOST_ROMAN:
        digits = []
        for value, letters in _ROMAN:
            count, number = divmod(number, value)
            digits.append(letters * count)
        text = "".join(digits)
        return text.upper() if style == "R" else text
    if style in ("A", "a"):
        times, letter = divmod(number - 1, 26)
        if times < MAX_LABEL:
            return chr(ord(style) + letter) * (times + 1)
    return str(number) if style in ("R", "r", "A", "a") else ""


# -- objects -----------------------------------------------------------------------------------------


def _get(pdf: Any, *names: str) -> Any:
    """What stands in the trailer below these names; a null object where something is missing."""
    found = pymupdf.mupdf.pdf_trailer(pdf)
    for name in names:
        found = _child(found, name)
    return found


def _child(item: Any, name: str) -> Any:
    try:
        return pymupdf.mupdf.pdf_dict_gets(item, name)
    except MUPDF_ERRORS:
        return pymupdf.mupdf.PdfObj()


def _is_missing(item: Any) -> bool:
    return not item.m_internal or bool(pymupdf.mupdf.pdf_is_null(item))


def _number(item: Any) -> int | None:
    """The number of an indirect object that is a dictionary, None for anything else: a bookmark must be one
    to be found again."""
    mupdf = pymupdf.mupdf
    try:
        if not mupdf.pdf_is_indirect(item) or not mupdf.pdf_is_dict(item):
            return None
        return int(mupdf.pdf_to_num(item))
    except MUPDF_ERRORS:
        return None
