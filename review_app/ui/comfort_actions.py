"""The part of the action table about finding one's way in the program: start page, settings, help."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from review_app.ui.action_spec import ActionSpec
from review_app.ui.panels_shown import DETAILS, DOCUMENTS, OVERVIEW, PANELS, PICTURES, RECORD, SPANS

_N = QT_TRANSLATE_NOOP

START: tuple[ActionSpec, ...] = (
    ActionSpec("file.folder", _N("actions", "Add a &folder…"), "file", ("Ctrl+Alt+F",),
               lambda c: c.comfort.start.choose_folder(), changes=True,
               tip=_N("actions", "Add all files in a folder to this workspace and scan them")),
    ActionSpec("file.workspace", _N("actions", "Open another wor&kspace…"), "file", ("Ctrl+Shift+O",),
               lambda c: c.comfort.start.choose_workspace(),
               tip=_N("actions", "Go to another folder with documents under review, or begin one")),
    ActionSpec("file.start", _N("actions", "Start pa&ge"), "file", ("Ctrl+W",),
               lambda c: c.comfort.start.close_document(),
               lambda s: s.has_document and not s.is_second_look,
               tip=_N("actions", "Close the document on screen; documents and workspaces opened last")),
)
SETTINGS: tuple[ActionSpec, ...] = (
    ActionSpec("edit.settings", _N("actions", "Se&ttings…"), "edit", ("Ctrl+,",),
               lambda c: c.comfort.show_settings(), opens_group=True,
               tip=_N("actions", "Colours, text size, zoom, what goes on by itself, recognising text")),
)
def _panel(key: str, name: str, text: str, tip: str) -> ActionSpec:
    """A switch for a panel beside the page."""
    return ActionSpec(
        f"view.show_{name}", text, "view", (key,), lambda c: c.comfort.panels.toggle(name),
        lambda s: name != OVERVIEW or (s.has_document and not s.is_second_look), tip,
        checked=lambda s: name not in s.hidden, opens_group=name == DOCUMENTS)


LAYOUT: tuple[ActionSpec, ...] = (
    _panel("Ctrl+Alt+1", DOCUMENTS, _N("actions", "Documents panel"),
           _N("actions", "Show or hide the documents; the page takes the room")),
    _panel("Ctrl+Alt+8", PICTURES, _N("actions", "Pages panel"),
           _N("actions", "Show or hide the small pages and bookmarks")),
    _panel("Ctrl+Alt+3", SPANS, _N("actions", "Spans panel"),
           _N("actions", "Show or hide the lists of spans, record and pages")),
    _panel("Ctrl+Alt+4", RECORD, _N("actions", "Record tab"),
           _N("actions", "Show or hide the record among the lists")),
    _panel("Ctrl+Alt+5", DETAILS, _N("actions", "Span details panel"),
           _N("actions", "Show or hide the details of the selected span")),
    _panel("Ctrl+Alt+7", OVERVIEW, _N("actions", "Overview window"),
           _N("actions", "Show the overview beside the desk, or close it")),
    ActionSpec("view.page_alone", _N("actions", "Page alone"), "view", ("F11",),
               lambda c: c.comfort.panels.toggle_all(), checked=lambda s: s.hidden >= {*PANELS},
               tip=_N("actions", "Hide all panels, or bring back those that stood beside the page")),
    ActionSpec("view.columns", _N("actions", "Columns of the list…"), "view", ("Ctrl+Alt+K",),
               lambda c: c.comfort.ask_columns(), opens_group=True,
               tip=_N("actions", "Show and hide columns of the list with the keyboard; drag headings to move "
                                 "them")),
    ActionSpec("view.reset_layout", _N("actions", "Reset window layout"), "view", ("Ctrl+Alt+0",),
               lambda c: c.comfort.reset_layout(),
               tip=_N("actions", "Window, panels and columns as they are at the first start")),
)
HELP: tuple[ActionSpec, ...] = (
    ActionSpec("help.show", _N("actions", "&Help"), "help", ("F1",), lambda c: c.comfort.show_help(),
               tip=_N("actions", "What can be done where you are")),
    ActionSpec("help.sample", _N("actions", "Try the &sample"), "help", ("Ctrl+Alt+S",),
               lambda c: c.comfort.start.try_sample(),
               tip=_N("actions", "Two short documents in a workspace of their own; yours are not touched")),
    ActionSpec("help.palette", _N("actions", "&Find an action…"), "help", ("Ctrl+Shift+P",),
               lambda c: c.comfort.find_action(),
               tip=_N("actions", "Every action by its name, with its keys, and why it cannot be used now")),
)
