"""Pages of which a picture, or all, could not be read: marked, and named in one warning.

A picture that does not decode is drawn black or not at all. Nothing on such a page is told as withheld.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from review_app.detection import raster
from review_app.domain.content import PageContent
from review_app.domain.display import pages_in_words
from review_app.engine import documents


def page(document: documents.Document, number: int, left_out: str | None) -> PageContent:
    """The content of a page; an empty page, and a warning, for one to be left out (why)."""
    if left_out is None:
        return document.content(number)
    document.warn(f"Page {number} was left out, for {left_out}; look at the page itself")
    return PageContent(number, *document.size(number), (), is_unreadable=True)


def marked(document: documents.Document, content: PageContent) -> PageContent:
    """The page, marked where damage means that what it shows cannot be trusted: it is a scan, or it has
    nothing else. A lost picture between lines of text leaves the text as it is."""
    lost = document.is_damaged(content.number) and (
        raster.is_scan(content) or not content.has_text or not content.images
    )
    return replace(content, is_unreadable=True) if lost else content


def warnings(contents: Sequence[PageContent], left_out: Container[int]) -> tuple[str, ...]:
    """A warning that names the unreadable pages, but for those left out: each of them has its own."""
    numbers = [c.number for c in contents if c.is_unreadable and c.number not in left_out]
    if not numbers:
        return ()
    are = "is" if len(numbers) == 1 else "are"
    return (
        f"{pages_in_words(numbers)} {are} blank or black because unreadable: a picture there, or the page, "
        "is damaged; nothing on it was taken for withheld. Look for a better copy",
    )
