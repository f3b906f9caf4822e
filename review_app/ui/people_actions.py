"""The part of the action table about pages, two people and second looks."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from review_app.ui.action_spec import ActionSpec

_N = QT_TRANSLATE_NOOP

PEOPLE: tuple[ActionSpec, ...] = (
    ActionSpec("view.pages", _N("actions", "Go to pages"), "view", ("Alt+6",), lambda c: c.focus("pages"),
               tip=_N("actions", "What became of each page, and what follows for the document")),
    ActionSpec("review.disposition", _N("actions", "Page disposition…"), "review", ("Ctrl+D",),
               lambda c: c.focus("disposition"), lambda s: s.is_recorded, changes=True, opens_group=True,
               tip=_N("actions", "Say what became of the page on screen, or of a range of pages")),
)
