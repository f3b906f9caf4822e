"""Pages at a printer's resolution, in bands, drawn by the children that scan: the window's own stay free."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.review.acts import Acts
from review_app.review.page_images import Picture
from review_app.review.session import Session
from review_app.workers.pool import Pool

BAND_PIXELS = 2_000_000
"""Pixels of a band: 8 MB, a quarter of a Letter page at 300 dpi; larger ones hold up the window."""

BAND_TIMEOUT_S = 60.0
"""Longest time a band may take, in seconds: on paper nobody scrolls on meanwhile."""


@dataclass(frozen=True, slots=True)
class Band:
    """A strip of a page over its whole width; ``top`` is the row of the page's pixels where it begins."""

    top: int
    picture: Picture


class Printing:
    """What printing needs of the workspace.

    Args:
        session: the open workspace.
        pool: children for long work.
    """

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool
        self._acts = Acts(session)

    def record(self, document_id: str) -> None:
        """Write into the log that a document is printed, before its first page leaves. A workspace that is
        opened read-only holds no such note.

        Raises:
            ReviewError: the log cannot be written.
        """
        found = self._session.workspace.queries.document(document_id)
        if found is not None and not self._session.workspace.read_only:
            self._acts.record("print", found.name, found.sha256)

    def bands(
        self, document_id: str, page: int, size: tuple[float, float], scale: float, cancel: threading.Event
    ) -> Iterator[Band]:
        """A page of ``size`` points at ``scale`` pixels a point, from top to bottom. Blocks.

        They are pictures of what the page shows, like those on screen: no text comes along, neither what
        stands on the page nor what lies under a box.

        Raises:
            ReviewError: the page cannot be drawn.
            Cancelled: ``cancel`` was set.
        """
        width, height = size
        rows = max(1, math.ceil(height * scale - 1e-6))
        step = max(1, int(BAND_PIXELS / max(1.0, width * scale)))
        params = self._session.page_params(document_id)
        for top in range(0, rows, step):
            end = min(rows, top + step)
            # Within the outermost rows, not on their edges: rounding must not bring a row of the next band.
            clip = Rect(0.0, (top + 0.25) / scale, width, min(height, (end - 0.25) / scale))
            answer = self._pool.ask(
                "render", {**params, "page": page, "scale": scale, "clip": clip.as_list()},
                cancel=cancel, timeout_s=BAND_TIMEOUT_S,
            )
            values = answer.values
            wide, high, stride = int(values["width"]), int(values["height"]), int(values["stride"])
            if wide < 1 or high != end - top or stride < 4 * wide or len(answer.payload) != stride * high:
                raise ReviewError(f"The picture of page {page} is damaged", todo="Try again")
            yield Band(top, Picture(wide, high, stride, answer.payload))
