"""What text is selected, over one page or many. Knows no Qt.

A selection goes from an *anchor*, which stays, to a *head*, which the pointer or a key moves. Both are a page
and an offset in its text.
"""

from __future__ import annotations

from collections.abc import Callable

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.ui.page_view.page_text import PageText, Unit

Spot = tuple[int, int]
"""A page from 1 and an offset in its text."""

_END = 1 << 30
"""An offset behind the text of any page; it is cut to the text when that is known."""

TextOf = Callable[[int], PageText | None]
"""The text of a page, or None while it is not known."""


@dataclass(slots=True)
class Selection:
    """The selected text of a document. Empty when anchor and head are the same.

    ``unit`` is what a drag grows by: characters, or whole words or lines after a double or triple click.
    """

    anchor: Spot | None = None
    head: Spot | None = None
    unit: Unit = Unit.CHARACTER
    _kept: tuple[Spot, Spot] | None = None

    def clear(self) -> None:
        """Select nothing."""
        self.anchor = self.head = self._kept = None
        self.unit = Unit.CHARACTER

    @property
    def is_empty(self) -> bool:
        """True when no character is selected."""
        return self.anchor is None or self.head is None or self.anchor == self.head

    @property
    def ends(self) -> tuple[Spot, Spot] | None:
        """First and last spot, in this order; None when nothing is selected."""
        if self.anchor is None or self.head is None or self.anchor == self.head:
            return None
        return min(self.anchor, self.head), max(self.anchor, self.head)

    def start(self, page: int, offset: int, text: PageText, unit: Unit = Unit.CHARACTER) -> None:
        """Begin at a spot; with a larger unit the whole of it around the spot is selected at once."""
        self.unit = unit
        if unit is Unit.CHARACTER:
            self.anchor = self.head = (page, offset)
            self._kept = None
            return
        low, high = text.around(offset, unit)
        self.anchor, self.head = (page, low), (page, high)
        self._kept = ((page, low), (page, high))

    def extend(self, page: int, offset: int, text: PageText) -> None:
        """Move the head to a spot; what was selected by a double or triple click stays in."""
        if self.anchor is None:
            self.start(page, offset, text)
            return
        if self._kept is None:
            self.head = (page, offset)
            return
        low, high = text.around(offset, self.unit)
        first, last = self._kept
        if (page, offset) < first:
            self.anchor, self.head = last, (page, low)
        elif (page, offset) > last:
            self.anchor, self.head = first, (page, high)
        else:
            self.anchor, self.head = first, last

    def on_page(self, page: int, text: PageText) -> tuple[int, int] | None:
        """The selected offsets of a page; None when nothing of it is selected."""
        ends = self.ends
        if ends is None or not ends[0][0] <= page <= ends[1][0]:
            return None
        low = ends[0][1] if page == ends[0][0] else 0
        high = min(ends[1][1], len(text)) if page == ends[1][0] else len(text)
        return (low, high) if low < high else None

    def rects(self, page: int, text_of: TextOf) -> tuple[Rect, ...]:
        """The rectangles to paint on a page, one for each line; none while its text is not known."""
        ends = self.ends
        if ends is None or not ends[0][0] <= page <= ends[1][0]:
            return ()
        text = text_of(page)
        part = self.on_page(page, text) if text is not None else None
        return text.rects(*part) if text is not None and part is not None else ()

    def text(self, text_of: TextOf) -> str | None:
        """What is selected; None while the text of a page between is not known."""
        ends = self.ends
        if ends is None:
            return ""
        parts = []
        for page in range(ends[0][0], ends[1][0] + 1):
            text = text_of(page)
            if text is None:
                return None
            part = self.on_page(page, text)
            if part is not None:
                parts.append(text.between(*part))
        return "\n".join(parts)

    def pages(self) -> range:
        """The pages it touches."""
        ends = self.ends
        return range(0) if ends is None else range(ends[0][0], ends[1][0] + 1)

    def move(
        self, unit: Unit, forward: bool, text: PageText, page_count: int, *, by_line: bool = False
    ) -> None:
        """Move the head as a key does. At the end of a page it goes on to the next one's beginning."""
        if self.head is None:
            return
        page, offset = self.head[0], min(self.head[1], len(text))
        new = text.next_line(offset, forward) if by_line else text.moved(offset, unit, forward)
        if new == offset and (by_line or unit is not Unit.LINE):
            if forward and page < page_count:
                self.head = (page + 1, 0)
            elif not forward and page > 1:
                self.head = (page - 1, _END)
            return
        self.head = (page, new)
