"""Colours and text size of the window, as the settings have them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QListView, QWidget

from review_app.ui import settings
from review_app.ui.settings_table import TEXT_SIZE, THEME

EDGE_PX = 24
_BASE_SIZE = "review_base_point_size"
"""Property of the application: the system's own text size, in points."""

_ROLE = QPalette.ColorRole
_DARK: dict[QPalette.ColorRole, str] = {
    _ROLE.Window: "#2B2E33", _ROLE.WindowText: "#E8EAED", _ROLE.Base: "#1F2226",
    _ROLE.AlternateBase: "#272A2F", _ROLE.Text: "#E8EAED", _ROLE.Button: "#373B41",
    _ROLE.ButtonText: "#E8EAED", _ROLE.BrightText: "#FFFFFF", _ROLE.ToolTipBase: "#3A3E45",
    _ROLE.ToolTipText: "#E8EAED", _ROLE.PlaceholderText: "#A9B0B9", _ROLE.Highlight: "#2F6FB3",
    _ROLE.HighlightedText: "#FFFFFF", _ROLE.Link: "#7DBBF7", _ROLE.LinkVisited: "#C5A5F0",
    _ROLE.Light: "#4A4F57", _ROLE.Midlight: "#40454C", _ROLE.Mid: "#24272B", _ROLE.Dark: "#1A1C1F",
    _ROLE.Shadow: "#0C0D0F",
}
_LIGHT: dict[QPalette.ColorRole, str] = {
    _ROLE.Window: "#EFEFEF", _ROLE.WindowText: "#1B1F24", _ROLE.Base: "#FFFFFF",
    _ROLE.AlternateBase: "#F5F6F7", _ROLE.Text: "#1B1F24", _ROLE.Button: "#EFEFEF",
    _ROLE.ButtonText: "#1B1F24", _ROLE.BrightText: "#FFFFFF", _ROLE.ToolTipBase: "#FFFFDC",
    _ROLE.ToolTipText: "#1B1F24", _ROLE.PlaceholderText: "#5A616A", _ROLE.Highlight: "#2A67A8",
    _ROLE.HighlightedText: "#FFFFFF", _ROLE.Link: "#0B57A4", _ROLE.LinkVisited: "#6A3FA0",
    _ROLE.Light: "#FFFFFF", _ROLE.Midlight: "#F7F7F7", _ROLE.Mid: "#B8B8B8", _ROLE.Dark: "#9F9F9F",
    _ROLE.Shadow: "#767676",
}
_OFF = {"dark": QColor("#8B929B"), "light": QColor("#8A8F96")}


def apply(application: QApplication) -> None:
    """Put colours and text size of the settings into effect. Costs nothing while they are the system's."""
    _apply_theme(application, settings.get(THEME))
    _apply_text_size(application, settings.get(TEXT_SIZE))


def _apply_theme(application: QApplication, theme: str) -> None:
    if theme == application.property("review_theme") or (
            theme == "system" and not application.property("review_theme")):
        return
    scheme = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    application.styleHints().setColorScheme(scheme.get(theme, Qt.ColorScheme.Unknown))
    application.setProperty("review_theme", theme)
    if theme == "system":
        application.setPalette(QPalette())
        return
    # Not every platform follows that wish; where it does not, the colours are ours.
    is_dark = application.palette().color(_ROLE.Window).lightness() < 128
    if is_dark is not (theme == "dark"):
        application.setPalette(palette(theme))


def palette(theme: str) -> QPalette:
    """Our own colours, ``dark`` or ``light``."""
    made = QPalette()
    for role, colour in (_DARK if theme == "dark" else _LIGHT).items():
        made.setColor(role, QColor(colour))
    for role in (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, _OFF[theme])
    return made


def _apply_text_size(application: QApplication, percent: int) -> None:
    base = application.property(_BASE_SIZE)
    if base is None:
        if percent == 100:
            return
        base = application.font().pointSizeF()
        application.setProperty(_BASE_SIZE, base)
    font = application.font()
    wanted = round(float(base) * percent / 100, 2)
    if base > 0 and abs(font.pointSizeF() - wanted) > 0.01:
        font.setPointSizeF(wanted)
        application.setFont(font)


def sized(window: QWidget, characters: int, lines: int) -> None:
    """Make a window as large as so many characters and lines of its letters, no larger than the screen."""
    metrics = window.fontMetrics()
    width, height = characters * metrics.averageCharWidth(), lines * metrics.lineSpacing()
    screen = window.screen()
    if screen is not None:
        room = screen.availableGeometry()
        width, height = min(width, room.width() - EDGE_PX), min(height, room.height() - 2 * EDGE_PX)
    window.resize(width, height)


def roomy(view: QListView) -> None:
    """Room round the rows of a short list of words."""
    view.setSpacing(3)
