"""Which page of the help speaks of the place where somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from review_app.ui.main_window import MainWindow

START = "first-steps"

_BY_CLASS = {
    "StartPage": START, "LogDialog": "audit-log", "SeekDialog": "marking", "RepeatDialog": "marking",
    "ReleaseDialog": "release", "ReleaseCaseDialog": "release", "RoleDialog": "two-people",
    "ReasonDialog": "two-people", "SettingsDialog": "settings", "ShortcutsDialog": "shortcuts",
    "PaletteDialog": "shortcuts", "ProblemsDialog": "problems", "MessageBar": "problems",
    "DocumentsPanel": START, "FindPanel": "marking", "SpansPanel": "spans", "RecordPanel": "record",
    "Banner": "record", "PagesPanel": "deciding", "SpanInspector": "deciding", "ModeBar": "two-people",
    "PageView": "spans", "PicturesPanel": START, "OutlinePanel": START, "SpanMap": "spans",
    "OverviewDialog": "spans",
}
"""Class of a widget to the page; a widget belongs to the nearest of these around it."""


def page_at(widget: QWidget | None, window: MainWindow) -> str:
    """The page for a widget, the first one where none is nearer."""
    if widget is window:
        widget = window.focusWidget()
    if widget is window.page and window.page.tool == "draw":
        return "marking"
    while widget is not None:
        name = _BY_CLASS.get(type(widget).__name__)
        if name is not None:
            return name
        widget = widget.parentWidget()
    return START
