"""Where the reader is, in sentences for screen readers. Holds no text of the document."""

from __future__ import annotations

from review_app.domain.bands import Limits
from review_app.domain.errors import ReviewError
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.ui.page_view import labels
from review_app.ui.page_view.labels import tr
from review_app.ui.page_view.page_text import PageText


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What there is to be said.

    Attributes:
        page: the current one, from 1, of ``pages``.
        zoom: in percent.
        turn: degrees clockwise that the pages are turned by.
        spans: on the page.
        hits: places on the page with the words searched for.
        text: of the page; None while nobody asked for it or it is on its way.
        has_text_selected: text of the document is selected.
        problem: why the page has no picture.
        span: the selected one.
        limits: of the bands.
        is_drawing: the draw tool is chosen.
        notice: something that was to be said.
    """

    page: int
    pages: int
    zoom: float
    turn: int
    spans: int
    hits: int
    text: PageText | None
    has_text_selected: bool
    problem: ReviewError | None
    span: SpanRow | None
    limits: Limits
    is_drawing: bool
    notice: str = ""


def whereabouts(now: Whereabouts) -> str:
    """All that is to be said, most important first."""
    parts = [
        tr("Page {page} of {pages}").format(page=now.page, pages=now.pages),
        tr("{zoom} percent").format(zoom=f"{now.zoom:.0f}"),
    ]
    if now.turn:
        parts.append(tr("turned by {turn} degrees").format(turn=now.turn))
    count = tr("{count} span on this page") if now.spans == 1 else tr("{count} spans on this page")
    parts.append(count.format(count=now.spans))
    if now.hits:
        parts.append(tr("places with the words searched for: {count}").format(count=now.hits))
    if now.problem is not None:
        failed = tr("This page cannot be shown: {what}; press Enter to try again")
        parts.append(failed.format(what=now.problem.what))
    if now.text is not None and not len(now.text):
        parts.append(tr("No text can be read on this page"))
    if now.has_text_selected:
        parts.append(tr("Text is selected"))
    if now.span is not None:
        chosen = tr("Selected: {span}, page {page}")
        parts.append(chosen.format(span=labels.spoken(now.span, now.limits), page=now.span.page))
    if now.is_drawing:
        parts.append(tr("Drawing: arrow keys move, Shift and arrows draw, Enter finishes, Escape leaves"))
    if now.notice:
        parts.append(now.notice)
    return ". ".join(parts)
