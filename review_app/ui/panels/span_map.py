"""A map beside the scroll bar: the whole document from top to bottom with a tick for every span."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import accumulate

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from review_app.domain.rows import PageRow, SpanRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui import words
from review_app.ui.differences import differences
from review_app.ui.theme import Theme

WIDTH = 16
"""Width of the map in view pixels."""

REACH = 4
"""A click so many pixels beside a tick goes to its span."""

SETTLE_MS = 100
"""Milliseconds after a change of the spans until they are laid out anew: deciding does not wait for it."""


class Sort(IntEnum):
    """What a tick stands for. A pixel that several share shows the highest."""

    REJECTED = 0
    AGENCY = 1
    REVIEWER = 2
    UNDECIDED = 3


_EXTENT = {Sort.REJECTED: (0.35, 0.65), Sort.AGENCY: (0.0, 0.5), Sort.REVIEWER: (0.5, 1.0),
           Sort.UNDECIDED: (0.0, 1.0)}
"""From where to where a tick goes, as shares of the width: told apart without colour."""


def sort_of(span: SpanRow) -> Sort:
    """What the tick of a span looks like."""
    if span.status is Status.REJECTED:
        return Sort.REJECTED
    if span.is_undecided or span.is_provisional:
        return Sort.UNDECIDED
    return Sort.AGENCY if span.origin is Origin.AGENCY else Sort.REVIEWER


_Tick = tuple[float, int, float, Sort]
"""Where a span stands in the document as a share of its height, its page, its upper edge there, its look."""


class SpanMap(QWidget):
    """Stands beside a page view and follows its scroll bar. For the mouse: the keys for the next span and the
    list of spans do the same without one."""

    place_wanted = Signal(int, float)
    """Somebody wants to see this page at this height, in points."""

    def __init__(self, view: QAbstractScrollArea, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._bar = view.verticalScrollBar()
        self._above: list[float] = [0.0]
        self._spans: Sequence[SpanRow] = ()
        self._taken: Sequence[SpanRow] = ()
        self._places: list[_Tick] = []
        self._sorts: Counter[Sort] = Counter()
        self._pages: Counter[int] = Counter()
        self._rows: dict[int, Sort] = {}
        self._laid_out_for: tuple[float, float] | None = None
        self._drawn: QPixmap | None = None
        self._theme = Theme.of(self.palette())
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(WIDTH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Map of the spans"))
        self._bar.valueChanged.connect(self._follow)
        self._bar.rangeChanged.connect(self._follow)
        self._describe()

    def set_pages(self, pages: Sequence[PageRow]) -> None:
        """The pages of the document, with the heights that the map gives them."""
        heights = [page.height for page in pages]
        self._above = [0.0, *accumulate([height if height > 1.0 else 1.0 for height in heights])]
        self._spans = self._taken = ()
        self._places, self._sorts, self._pages = [], Counter(), Counter()
        self._laid_out_for = None
        self._describe()
        self.update()

    def set_spans(self, spans: Sequence[SpanRow]) -> None:
        """A tick for each of these spans."""
        self._spans = spans
        self._settle.start(SETTLE_MS if self._places else 0)

    def ticks(self) -> dict[int, Sort]:
        """The pixel rows with a tick, and what it looks like."""
        self._lay_out()
        return dict(self._rows)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ticks_drawn())
        window = self._window()
        if window is not None:
            shade = QColor(self._theme.focus)
            painter.setPen(shade)
            shade.setAlpha(50)
            painter.setBrush(shade)
            painter.drawRect(window)
        painter.end()

    def _ticks_drawn(self) -> QPixmap:
        """The map without what is in view: kept, as a scroll paints it in every frame."""
        ratio = self.devicePixelRatioF()
        size = QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
        if self._drawn is not None and (self._drawn.size(), self._drawn.devicePixelRatio()) == (size, ratio):
            return self._drawn
        self._drawn = QPixmap(size)
        self._drawn.setDevicePixelRatio(ratio)
        painter = QPainter(self._drawn)
        painter.fillRect(self.rect(), self._theme.desk)
        colours = {Sort.REJECTED: self._theme.rejected, Sort.AGENCY: self._theme.agency,
                   Sort.REVIEWER: self._theme.reviewer, Sort.UNDECIDED: self._theme.ink
                   if not self._theme.is_dark else self._theme.paper}
        looks = {sort: (1 + left * (WIDTH - 2), (right - left) * (WIDTH - 2),
                        1.0 if sort is Sort.REJECTED else 2.0, colours[sort])
                 for sort, (left, right) in _EXTENT.items()}
        for row, sort in self._rows.items():
            left, width, height, colour = looks[sort]
            painter.fillRect(QRectF(left, row, width, height), colour)
        painter.end()
        return self._drawn

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(self._above) > 1:
            self._go(event.position().y(), near=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and len(self._above) > 1:
            self._go(event.position().y(), near=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), words.tip(self._said_at(event.pos().y())), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._theme, self._drawn = Theme.of(self.palette()), None
            self.update()

    # ----------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        self.update()

    def _take(self) -> None:
        """Take over what is different: a decision in ten thousand spans is one tick."""
        gone, come = differences(self._taken, self._spans)
        self._taken = self._spans
        out, new = self._ticks(gone), self._ticks(come)
        if out == new:
            return
        for sign, ticks in ((-1, out), (1, new)):
            for _, page, _, sort in ticks:
                self._sorts[sort] += sign
                self._pages[page] += sign
        if len(out) + len(new) < len(self._places) // 8:
            for tick in out:
                del self._places[bisect_left(self._places, tick)]
            for tick in new:
                insort(self._places, tick)
            if self._laid_out_for is not None:
                self._lay_out_rows(tick[0] for tick in (*out, *new))
        else:
            left = Counter(self._places)
            left.subtract(out)
            left.update(new)
            self._places = sorted(left.elements())
            self._laid_out_for = None
        self._describe()
        self._drawn = None
        self.update()

    def _ticks(self, spans: Iterable[SpanRow]) -> list[_Tick]:
        total, last = self._above[-1] or 1.0, len(self._above) - 1
        tops = [(s, s.rects[0].y0) for s in spans if s.rects and 1 <= s.page <= last]
        return [((self._above[s.page - 1] + top) / total, s.page, top, sort_of(s)) for s, top in tops]

    def _lay_out(self) -> None:
        """The ticks in pixels; tens of thousands of spans are as many ticks as the map has rows."""
        room = self._room()
        top, height = wanted = room.top(), room.height()
        if self._laid_out_for == wanted:
            return
        self._laid_out_for, self._drawn = wanted, None
        rows: dict[int, Sort] = {}
        for share, _, _, sort in self._places:
            row = round(top + share * height)
            rows[row] = max(sort, rows.get(row, sort))
        self._rows = dict(sorted(rows.items(), key=lambda item: item[::-1]))

    def _lay_out_rows(self, shares: Iterable[float]) -> None:
        """The pixel rows of these places anew, in the room that all were laid out for."""
        assert self._laid_out_for is not None
        top, height = self._laid_out_for

        def row_of(tick: _Tick) -> int:
            return round(top + tick[0] * height)

        for row in {round(top + share * height) for share in shares}:
            start = bisect_left(self._places, row, key=row_of)
            stop = bisect_right(self._places, row, lo=start, key=row_of)
            self._rows.pop(row, None)
            if start < stop:
                self._rows[row] = max(tick[3] for tick in self._places[start:stop])
        self._rows = dict(sorted(self._rows.items(), key=lambda item: item[::-1]))

    def _room(self) -> QRectF:
        """Beside the groove of the scroll bar, between its arrows."""
        arrow = min(self._bar.sizeHint().width(), self.height() // 4)
        foot = self._view.height() - self._view.viewport().height()
        return QRectF(0, arrow, WIDTH, max(1.0, self.height() - 2 * arrow - max(0, foot)))

    def _window(self) -> QRectF | None:
        """What of the document is in view; None when all of it is."""
        whole = self._bar.maximum() - self._bar.minimum() + self._bar.pageStep()
        if self._bar.maximum() <= self._bar.minimum() or len(self._above) < 2:
            return None
        room = self._room()
        top = room.top() + room.height() * (self._bar.value() - self._bar.minimum()) / whole
        return QRectF(0.5, top, WIDTH - 1, max(3.0, room.height() * self._bar.pageStep() / whole))

    def _share(self, y: float) -> float:
        room = self._room()
        return min(max(0.0, (y - room.top()) / room.height()), 1.0)

    def _near(self, y: float) -> tuple[float, int, float, Sort] | None:
        """The span whose tick is nearest to a height of the map, within reach."""
        share, reach = self._share(y), REACH / self._room().height()
        at = bisect_right(self._places, share, key=lambda place: place[0])
        beside = self._places[max(0, at - 1):at + 1]
        best = min(beside, key=lambda place: abs(place[0] - share), default=None)
        return best if best is not None and abs(best[0] - share) <= reach else None

    def _go(self, y: float, *, near: bool) -> None:
        found = self._near(y) if near else None
        if found is not None:
            self.place_wanted.emit(found[1], found[2])
            return
        page, top = self._place(y)
        self.place_wanted.emit(page, top)

    def _place(self, y: float) -> tuple[int, float]:
        height = self._share(y) * self._above[-1]
        page = min(bisect_right(self._above, height), len(self._above) - 1)
        return page, height - self._above[page - 1]

    def _said_at(self, y: int) -> str:
        if len(self._above) < 2:
            return ""
        page = self._place(y)[0]
        found = self._near(QPointF(0, y).y())
        if found is not None:
            page = found[1]
        of_page = [sort for _, number, _, sort in self._places if number == page]
        left = of_page.count(Sort.UNDECIDED)
        count = self.tr("1 span") if len(of_page) == 1 else self.tr("{count} spans")
        parts = [self.tr("page {page}").format(page=page), count.format(count=len(of_page))]
        return ", ".join([*parts, words.to_review(left)] if left else parts)

    def _describe(self) -> None:
        pages = sum(count > 0 for count in self._pages.values())
        text = self.tr("{spans} spans on {pages} pages, {left}").format(
            spans=len(self._places), pages=pages, left=words.to_review(self._sorts[Sort.UNDECIDED]))
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
