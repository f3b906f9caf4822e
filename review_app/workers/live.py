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


class Audience:
    """Whoever watches a scan (parameter ``live``), or nobody.

    Only what somebody looks at is told early: to judge each page by itself as well makes the scan of a filing
    half as long again (32 ms a page of a 192-page one), and nobody reads 192 pages while it runs.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._is_there = bool(request.params.get("live"))
        self._wanted: Sequence[int] = ()
        self._read: dict[int, tuple[PageContent, tuple[raster.Candidate, ...] | None]] = {}

    def turns(self, count: int) -> Iterator[int]:
        """The numbers of all pages, each once: before every page it is asked what is looked at now.

        Without a watcher, and between its wishes, from the first page to the last. Each page is said to begin
        before it is handed out, but for those to be left out (parameter ``without``).
        """
        without = left_out(self._request)
        left = dict.fromkeys(range(1, count + 1))
        while left:
            self._ask()
            number = next((n for n in self._wanted if n in left), None) or next(iter(left))
            del left[number]
            if number not in without:
                self._request.begin(number)
            yield number
        self._ask()
        self._request.begin(0)

    def saw(self, content: PageContent, look: Sequence[raster.Candidate] | None) -> None:
        """A page was read: what it shows by itself is told now or when somebody comes to look at it."""
        if self._is_there and not content.is_review_sheet:
            self._read[content.number] = content, tuple(look) if look is not None else None
            self._tell()

    def _ask(self) -> None:
        if self._is_there:
            self._wanted = self._request.prefer()
            self._tell()

    def _tell(self) -> None:
        for number in self._wanted:
            if number in self._read:
                self._send(*self._read.pop(number))

    def _send(self, content: PageContent, look: tuple[raster.Candidate, ...] | None) -> None:
        """The text of notes is not sent."""
        found = detection.document([content], looks={content.number: look} if look is not None else {}).spans
        self._request.part({
            "page": content.number, "width": round(content.width, 2), "height": round(content.height, 2),
            "found": [replace(span, raw="").to_json() for span in found],
        })


def left_out(request: Request) -> dict[int, str]:
    """The pages that a child could not survive, and why (:mod:`review_app.workers.sparing`)."""
    return {int(number): str(why) for number, why in (request.params.get("without") or {}).items()}
