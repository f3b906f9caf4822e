"""Pages that could not be read: blank or black there is no sign of a withholding."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.content import PageContent
from review_app.domain.findings import SpanFinding
from review_app.domain.vocabulary import Kind


def without_guesses(spans: Sequence[SpanFinding], pages: Sequence[PageContent]) -> list[SpanFinding]:
    """The spans without those that rest on how an unreadable page looks: boxes of its pixels, and blanks and
    whole pages for which no code is printed."""
    lost = {page.number for page in pages if page.is_unreadable}
    return [
        span for span in spans
        if span.page not in lost
        or not (span.detector == "raster" or (span.kind in (Kind.BLANK, Kind.PAGE) and not span.codes))
    ]
