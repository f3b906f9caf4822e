"""Whether all words of a window can be read: nothing cut, nothing outside, however large its letters are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QScrollArea,
    QStatusBar,
    QStyle,
    QTabBar,
    QTableView,
    QToolBar,
    QWidget,
)

SLACK_PX = 1


def clipped(root: QWidget) -> list[str]:
    """What of a window that is on screen cannot be read whole, in words: empty when all is well."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not root.window():
            continue
        why = _cut(widget) or _outside(widget, root)
        if why:
            said = widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else widget.accessibleName()
            found.append(f"{type(widget).__name__} '{said[:50]}': {why}")
    return found


def _cut(widget: QWidget) -> str:
    if isinstance(widget, QLabel):
        return _label(widget)
    if isinstance(widget, QTabBar):
        return _tabs(widget)
    if isinstance(widget, QHeaderView):
        return _header(widget)
    if isinstance(widget, QComboBox):
        return _combo(widget)
    if isinstance(widget, QAbstractSpinBox):
        return _smaller(widget.size(), widget.minimumSizeHint())
    if isinstance(widget, QLineEdit) and not isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox)):
        text = widget.placeholderText()
        room = widget.contentsRect().width() - 2 * widget.style().pixelMetric(
            QStyle.PixelMetric.PM_DefaultFrameWidth) - 4
        needed = widget.fontMetrics().horizontalAdvance(text)
        if not widget.text() and needed > room and not widget.toolTip():
            return f"what is to be written here needs {needed} of {room}"
        return _smaller(QSize(1 << 20, widget.height()), widget.minimumSizeHint())
    if isinstance(widget, QAbstractButton):
        if not widget.text() or widget.objectName().startswith("qt_"):
            return ""
        hint = widget.sizeHint()
        if "…" in widget.text()[:-1] and widget.toolTip():
            hint.setWidth(0)
        return _smaller(widget.size(), hint)
    if isinstance(widget, QTableView) and widget.verticalHeader().defaultSectionSize() < \
            widget.fontMetrics().height():
        return "rows lower than their letters"
    return ""


def _label(label: QLabel) -> str:
    if not label.text() or (label.pixmap() is not None and not label.pixmap().isNull()):
        return ""
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return f"{needed} px high, has {label.height()}" if needed > label.height() + SLACK_PX else ""
    if label.toolTip():
        return _smaller(QSize(1 << 20, label.height()), QSize(0, label.fontMetrics().height()))
    return _smaller(label.size(), label.sizeHint())


def _tabs(bar: QTabBar) -> str:
    for n in range(bar.count()):
        wide = bar.fontMetrics().horizontalAdvance(bar.tabText(n).replace("&", ""))
        if wide > bar.tabRect(n).width() or bar.fontMetrics().height() > bar.tabRect(n).height():
            return f"tab '{bar.tabText(n)}' needs {wide}, has {bar.tabRect(n).width()}"
        if not bar.rect().adjusted(-1, -1, 1, 1).contains(bar.tabRect(n)) and not bar.usesScrollButtons():
            return f"tab '{bar.tabText(n)}' cannot be reached"
    return ""


def _header(header: QHeaderView) -> str:
    model = header.model()
    if header.orientation() != Qt.Orientation.Horizontal or model is None:
        return ""
    for n in range(header.count()):
        text = str(model.headerData(n, Qt.Orientation.Horizontal) or "")
        tip = model.headerData(n, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        wide = header.fontMetrics().horizontalAdvance(text)
        if not header.isSectionHidden(n) and text and not tip and wide > header.sectionSize(n):
            return f"'{text}' needs {wide}, has {header.sectionSize(n)}"
    return _smaller(QSize(1 << 20, header.height()), QSize(0, header.fontMetrics().height()))


def _combo(combo: QComboBox) -> str:
    wide = combo.fontMetrics().horizontalAdvance(combo.currentText())
    arrow = combo.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    if wide + arrow > combo.width() and not combo.toolTip():
        return f"'{combo.currentText()}' needs {wide + arrow}, has {combo.width()}"
    return _smaller(QSize(1 << 20, combo.height()), QSize(0, combo.fontMetrics().height()))


def _smaller(size: QSize, needed: QSize) -> str:
    if size.width() + SLACK_PX < needed.width() or size.height() + SLACK_PX < needed.height():
        has = f"{min(size.width(), 99999)}x{size.height()}"
        return f"needs {needed.width()}x{needed.height()}, has {has}"
    return ""


def _outside(widget: QWidget, root: QWidget) -> str:
    """Whether a part of it lies beyond its window; what scrolls is reached, what has a menu too."""
    if not isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)):
        return ""
    up = widget.parentWidget()
    while up is not None and up is not root:
        if isinstance(up, (QToolBar, QMenuBar, QStatusBar)) and not isinstance(up, QStatusBar):
            return ""  # what has no place there stands behind its arrow
        if isinstance(up.parentWidget(), QAbstractScrollArea) and up.parentWidget().viewport() is up:
            return _beside(widget, up.parentWidget())
        up = up.parentWidget()
    place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    return "" if root.rect().adjusted(-1, -1, 1, 1).contains(place) else f"at {place.getRect()}, outside"


def _beside(widget: QWidget, area: QAbstractScrollArea) -> str:
    """In what scrolls up and down nothing may lie beside what is seen: nobody looks for it there."""
    if not isinstance(area, QScrollArea):
        return ""
    x = widget.mapTo(area.widget(), QPoint(0, 0)).x()
    wide = area.widget().width()
    return "" if x >= -1 and x + widget.width() <= wide + 1 and wide <= area.viewport().width() + 1 else \
        f"from {x} to {x + widget.width()} of {area.viewport().width()}"
