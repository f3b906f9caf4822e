"""What in a file this program put there: asked of every file that is opened, so it loads nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from review_app.engine.mupdf import MUPDF_ERRORS

if TYPE_CHECKING:
    from review_app.engine.documents import Document

SPAN_KEY = "ReviewAppSpan"
"""The private key of our annotations."""


def is_own_mark(pdf: Any, xref: int) -> bool:
    """True for an annotation that carries a span of this program."""
    return bool(pdf.xref_get_key(xref, SPAN_KEY)[0] != "null")


def has_own_marks(pdf: Any, page: Any) -> bool:
    """True when at least one annotation of the page is this program's."""
    try:
        return any(is_own_mark(pdf, entry[0]) for entry in page.annot_xrefs())
    except MUPDF_ERRORS:
        return False


def sheet_pages(document: Document) -> frozenset[int]:
    """Numbers of the pages that an annotated copy of ours appended.

    Only pages at the very end count, and never all of them: a marked page further up would be a way to
    keep a page from being searched.
    """
    if document.media_type != "application/pdf":
        return frozenset()
    pdf = document.pdf
    found: set[int] = set()
    for number in range(document.page_count, 1, -1):
        try:
            mark = pdf.xref_get_key(pdf.page_xref(number - 1), "PieceInfo/ReviewApp/Private/Kind")
        except MUPDF_ERRORS:
            break
        if mark != ("name", "/ReviewSheet"):
            break
        found.add(number)
    return frozenset(found)
