"""What a page draws, kept for as long as it is drawn again and again: at another zoom, or part by part.

A display list is made once and run for each picture: a part of a page of type then costs less than a
millisecond (tests/bench/page_view.py). The scans of a page are decoded for its list, no finer than is wanted
(:mod:`shrunk`): the engine alone would decode them anew for each picture and, for each part, all rows down to
the part's last. But decoded scans take megabytes: all lists together keep MOST_DECODED of them.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pymupdf

from review_app.domain.values import dataclass
from review_app.engine import shrunk

if TYPE_CHECKING:
    from review_app.engine.documents import Document

KEPT = 2
"""Pages of a document whose lists are kept: where one ends and the next begins, both are drawn in turn."""

MOST_DECODED = 64 * 1024 * 1024
"""Bytes of decoded images that the lists of all documents keep together; a child may take 200 MB with all
else. A Letter page at 300 dpi in colour takes 25 MB, at half its size 6."""


@dataclass(slots=True)
class _Kept:
    made: shrunk.Shrunk
    used: int = 0


_documents: WeakKeyDictionary[Document, OrderedDict[int, _Kept]] = WeakKeyDictionary()
_turn = itertools.count(1)


def of(document: Document, page: Any, number: int, scale: float) -> Any:
    """The ``pymupdf.DisplayList`` of a page, its annotations in it.

    Args:
        document: the page's document.
        page: the ``pymupdf.Page``.
        number: of the page, from 1.
        scale: pixels a point that it is to be drawn at, now or next.

    Raises:
        What PyMuPDF raises on a damaged page.
    """
    kept = _documents.setdefault(document, OrderedDict())
    found = kept.get(number)
    if found is None or found.made.good_to < scale:
        kept.pop(number, None)  # its memory goes before more is taken
        found = kept[number] = _Kept(shrunk.of(document, page, scale, MOST_DECODED))
    kept.move_to_end(number)
    found.used = next(_turn)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    _trim(found)
    return found.made.listing


def drawn(document: Document, number: int, *, is_bad: bool) -> None:
    """A picture of the page is made: give back the memory that it took and that nobody needs now.

    Args:
        document: the page's document.
        number: of the page, from 1.
        is_bad: something of the page could not be decoded; it is to be decoded again where it is used again.
    """
    kept = _documents.get(document)
    found = kept.get(number) if kept is not None else None
    if kept is None or found is None:
        return
    if is_bad:
        del kept[number]
    if not found.made.is_whole:
        # Each decoded scan would stay in the engine's store (256 MB); on text pages emptying it would cost
        # the fonts (performance study, section 9).
        pymupdf.TOOLS.store_shrink(100)


def _trim(newest: _Kept) -> None:
    """Forget the lists used longest ago until the images of all fit."""
    held = [(one.used, one, number, kept) for kept in _documents.values() for number, one in kept.items()]
    excess = sum(one.made.bytes_held for _, one, _, _ in held) - MOST_DECODED
    for _, one, number, kept in sorted(held, key=lambda each: each[0]):
        if excess <= 0:
            return
        if one.made.bytes_held and one is not newest:
            excess -= one.made.bytes_held
            del kept[number]
