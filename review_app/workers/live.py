"""A scan that somebody watches: the pages on screen come first, and what is found on a page is told at once.

What is told early is provisional: a page looked at by itself knows nothing of the stamps on page 1. The
result of the whole scan replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from review_app.detection import raster
from review_app.detection import scan as detection
from review_app.domain.content import PageContent
from review_app.workers.request import Request


def turns(request: Request, count: int) -> Iterator[int]:
    """The numbers of all pages, each once: before every page the asker is asked what is looked at now.

    Without a watcher (parameter ``live``), and between its wishes, from the first page to the last. Each page
    is said to begin before it is handed out, but for those to be left out (parameter ``without``).
    """
    without = left_out(request)
    left = dict.fromkeys(range(1, count + 1))
    while left:
        wanted = request.prefer() if request.params.get("live") else ()
        number = next((n for n in wanted if n in left), None) or next(iter(left))
        del left[number]
        if number not in without:
            request.begin(number)
        yield number
    request.begin(0)


def left_out(request: Request) -> dict[int, str]:
    """The pages that a child could not survive, and why (:mod:`review_app.workers.sparing`)."""
    return {int(number): str(why) for number, why in (request.params.get("without") or {}).items()}


def tell(request: Request, content: PageContent, look: Sequence[raster.Candidate] | None) -> None:
    """Send what one page shows by itself, when somebody watches. The text of notes is not sent."""
    if not request.params.get("live") or content.is_review_sheet:
        return
    looks = {content.number: tuple(look)} if look is not None else {}
    found = detection.document([content], looks=looks).spans
    request.part({
        "page": content.number, "width": round(content.width, 2), "height": round(content.height, 2),
        "found": [replace(span, raw="").to_json() for span in found],
    })
