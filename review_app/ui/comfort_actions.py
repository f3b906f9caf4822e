"""The part of the action table about finding one's way in the program: start page, settings, help."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from review_app.ui.action_spec import ActionSpec

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
LAYOUT: tuple[ActionSpec, ...] = (
    ActionSpec("view.columns", _N("actions", "Columns of the list…"), "view", ("Ctrl+Alt+K",),
               lambda c: c.comfort.ask_columns(),
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
