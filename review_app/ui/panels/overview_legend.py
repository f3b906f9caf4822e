"""How withheld areas are drawn on small sheets, and what says so."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from review_app.domain.vocabulary import Origin
from review_app.reports.drawing import AREAS
from review_app.ui import words
from review_app.ui.theme import AGENCY_ON_PAPER, REVIEWER_ON_PAPER

PATTERN = 4
"""View pixels from one line of a pattern to the next."""


def brushes(ratio: float) -> dict[str, QBrush]:
    """What withheld areas are filled with, sharp at ``ratio`` device pixels per view pixel: the agency's are
    full, the reviewer's barred, what is undecided is hatched, each in its own direction."""
    return {
        "agency": QBrush(AGENCY_ON_PAPER), "agency-undecided": _lines(AGENCY_ON_PAPER, ratio, "/"),
        "reviewer": _lines(REVIEWER_ON_PAPER, ratio, "|"),
        "reviewer-undecided": _lines(REVIEWER_ON_PAPER, ratio, "\\"),
    }


def _lines(colour: QColor, ratio: float, way: str) -> QBrush:
    """Lines strong enough to be seen in an area of two pixels."""
    side = max(4, round(PATTERN * ratio))
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, way != "|")
    if way == "|":
        painter.fillRect(0, 0, max(1, round(1.5 * ratio)), side, colour)
    else:
        painter.setPen(QPen(colour, 1.5 * ratio))
        for shift in (-side, 0, side):  # three lines, so that the tile's corners meet its neighbours'
            start, end = (side + 1, -1) if way == "/" else (-1, side + 1)
            painter.drawLine(shift - 1, start, shift + side + 1, end)
    painter.end()
    tile.setDevicePixelRatio(ratio)
    return QBrush(tile)


class Legend(QWidget):
    """The four ways in which withheld areas are drawn, with their names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        agency, reviewer = words.of(Origin.AGENCY), words.of(Origin.REVIEWER)
        undecided = self.tr("{origin}, undecided")
        names = (agency, undecided.format(origin=agency), reviewer, undecided.format(origin=reviewer))
        self._entries = tuple(zip(AREAS, names, strict=True))
        self.setAccessibleName(self.tr("Legend"))
        self.setAccessibleDescription(", ".join(names))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = sum(metrics.horizontalAdvance(name) for _, name in self._entries)
        return QSize(wide + len(self._entries) * (self._swatch() + 5 + 14), metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, metrics, x = QPainter(self), self.fontMetrics(), 0
        fills, side = brushes(self.devicePixelRatioF()), metrics.ascent()
        for look, name in self._entries:
            swatch = QRect(x, (self.height() - side) // 2, self._swatch(), side)
            painter.fillRect(swatch, Qt.GlobalColor.white)
            painter.setBrushOrigin(swatch.topLeft())
            painter.fillRect(swatch, fills[look])
            painter.setPen(AGENCY_ON_PAPER if look.startswith(Origin.AGENCY) else REVIEWER_ON_PAPER)
            painter.drawRect(QRectF(swatch).adjusted(0.5, 0.5, -0.5, -0.5))
            x += self._swatch() + 5
            painter.setPen(self.palette().color(self.palette().ColorRole.WindowText))
            painter.drawText(QRect(x, 0, metrics.horizontalAdvance(name) + 2, self.height()),
                             Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            x += metrics.horizontalAdvance(name) + 14
        painter.end()

    def _swatch(self) -> int:
        return self.fontMetrics().height() * 3 // 2
