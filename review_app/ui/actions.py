"""One table of everything the window can do.

Menus, toolbar and shortcuts are made from :data:`TABLE`; so is the list of shortcuts in the help. An
action is added here and nowhere else: an id, its words, its keys, its menu, when it can be used, and the
command it calls.

Single letters are shortcuts too, because deciding is one key: a text field that has the focus takes
letters as text first, so typing a note never decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from review_app.domain.display import isolated
from review_app.domain.vocabulary import Verdict
from review_app.ui.action_spec import ActionSpec
from review_app.ui.comfort_actions import HELP, LAYOUT, SETTINGS, START
from review_app.ui.commands import Commands
from review_app.ui.people_actions import PAGES, PAST, PEOPLE
from review_app.ui.state import State

MENUS: dict[str, str] = {
    "file": QT_TRANSLATE_NOOP("menus", "&File"),
    "edit": QT_TRANSLATE_NOOP("menus", "&Edit"),
    "view": QT_TRANSLATE_NOOP("menus", "&View"),
    "go": QT_TRANSLATE_NOOP("menus", "&Go"),
    "mark": QT_TRANSLATE_NOOP("menus", "&Mark"),
    "review": QT_TRANSLATE_NOOP("menus", "&Review"),
    "export": QT_TRANSLATE_NOOP("menus", "E&xport"),
    "log": QT_TRANSLATE_NOOP("menus", "&Log"),
    "help": QT_TRANSLATE_NOOP("menus", "&Help"),
}
"""Menu id to its title, in their order on the menu bar."""


def _document(state: State) -> bool:
    return state.has_document


def _recorded(state: State) -> bool:
    return state.is_recorded


def _selected(state: State) -> bool:
    return bool(state.selected)


def _one_selected(state: State) -> bool:
    return len(state.selected) == 1


_N = QT_TRANSLATE_NOOP

TABLE: tuple[ActionSpec, ...] = (
    # File
    ActionSpec("file.open", _N("actions", "&Open files…"), "file", ("Ctrl+O",), Commands.open_files,
               changes=True, bar=_N("actions", "Open…"),
               tip=_N("actions", "Add documents to the workspace and scan them")),
    *START,
    ActionSpec("file.next", _N("actions", "&Next document"), "file", ("Alt+Down",),
               lambda c: c.documents.next(), lambda s: s.documents > 1, opens_group=True),
    ActionSpec("file.previous", _N("actions", "&Previous document"), "file", ("Alt+Up",),
               lambda c: c.documents.previous(), lambda s: s.documents > 1),
    ActionSpec("file.scan_again", _N("actions", "&Scan again"), "file", ("F5",),
               lambda c: c.documents.scan_again(),
               lambda s: s.can_scan, changes=True, bar=_N("actions", "Try again"), opens_group=True,
               tip=_N("actions", "Look for spans and stamps once more; what people decided stays")),
    ActionSpec("file.drop", _N("actions", "&Do not add this document"), "file", ("Ctrl+Shift+.",),
               lambda c: c.documents.drop(), lambda s: s.is_coming, changes=True,
               bar=_N("actions", "Do not add"),
               tip=_N("actions", "Stop its scan; the file itself stays where it is")),
    ActionSpec("file.case", _N("actions", "File under c&ase…"), "file", ("Ctrl+Shift+K",),
               lambda c: c.documents.file_under(), _recorded, changes=True, opens_group=True,
               tip=_N("actions", "Put the selected documents under a case number")),
    ActionSpec("file.remove", _N("actions", "&Remove document"), "file", ("Ctrl+Del",),
               lambda c: c.documents.remove(), _recorded, changes=True,
               tip=_N("actions", "Take the selected documents out of the review; undo brings them back")),
    ActionSpec("file.restore", _N("actions", "Put removed documents &back"), "file", ("Ctrl+Shift+Del",),
               lambda c: c.documents.restore(), lambda s: s.removed > 0, changes=True,
               tip=_N("actions", "Bring the selected ones back, or all, with all that was decided")),
    ActionSpec("file.print", _N("actions", "Pr&int…"), "file", ("Ctrl+P",),
               lambda c: c.print(with_spans=False), _document, opens_group=True,
               tip=_N("actions", "Print the pages as they are")),
    ActionSpec("file.print_spans", _N("actions", "Print &with spans…"), "file", ("Ctrl+Alt+P",),
               lambda c: c.print(with_spans=True), _document,
               tip=_N("actions", "Print the pages with the spans over them")),
    ActionSpec("file.cancel_jobs", _N("actions", "&Cancel running work"), "file", ("Ctrl+.",),
               Commands.cancel_jobs, lambda s: s.jobs > 0, opens_group=True),
    ActionSpec("file.quit", _N("actions", "&Quit"), "file", ("Ctrl+Q",), Commands.quit, opens_group=True),
    # Edit
    ActionSpec("edit.undo", _N("actions", "&Undo"), "edit", ("Ctrl+Z",), Commands.undo,
               lambda s: s.can_undo, changes=True, bar=_N("actions", "Undo")),
    ActionSpec("edit.redo", _N("actions", "&Redo"), "edit", ("Ctrl+Shift+Z", "Ctrl+Y"), Commands.redo,
               lambda s: s.can_redo, changes=True, bar=_N("actions", "Redo")),
    ActionSpec("edit.copy", _N("actions", "&Copy text"), "edit", ("Ctrl+C",), Commands.copy_text,
               lambda s: s.has_text, opens_group=True,
               tip=_N("actions", "Copy the selected text of the page; what a box hides is never in it")),
    ActionSpec("edit.select_all", _N("actions", "Select &all spans"), "edit", ("Ctrl+A",),
               Commands.select_all, lambda s: s.spans > 0),
    ActionSpec("edit.find", _N("actions", "&Find text…"), "edit", ("Ctrl+F",),
               lambda c: c.focus("find"), opens_group=True, bar=_N("actions", "Find"),
               tip=_N("actions", "Search the released text of the documents")),
    ActionSpec("edit.find_next", _N("actions", "Find ne&xt"), "edit", ("F3",), Commands.next_hit,
               lambda s: s.hits > 0, tip=_N("actions", "Go to the next place with the words searched for")),
    ActionSpec("edit.find_previous", _N("actions", "Find pre&vious"), "edit", ("Shift+F3",),
               Commands.previous_hit, lambda s: s.hits > 0),
    *SETTINGS,
    # View
    ActionSpec("view.zoom_in", _N("actions", "Zoom &in"), "view", ("Ctrl++", "Ctrl+="), Commands.zoom_in,
               _document),
    ActionSpec("view.zoom_out", _N("actions", "Zoom &out"), "view", ("Ctrl+-",), Commands.zoom_out,
               _document),
    ActionSpec("view.actual_size", _N("actions", "&100%"), "view", ("Ctrl+0",), Commands.actual_size,
               _document),
    ActionSpec("view.fit_width", _N("actions", "Fit &width"), "view", ("Ctrl+1",), Commands.fit_width,
               _document, bar=_N("actions", "Fit width")),
    ActionSpec("view.fit_page", _N("actions", "Fit &page"), "view", ("Ctrl+2",), Commands.fit_page,
               _document, bar=_N("actions", "Fit page")),
    ActionSpec("view.fit_selection", _N("actions", "Fit selection"), "view", ("Ctrl+3",),
               Commands.fit_selection, lambda s: bool(s.selected) or s.has_text,
               tip=_N("actions", "Show the selected spans or text as large as the window allows")),
    ActionSpec("view.rotate_right", _N("actions", "Rotate right"), "view", ("Alt+Right",),
               Commands.rotate_right, _document,
               tip=_N("actions", "Turn the pages for looking at them; the document stays as it is")),
    ActionSpec("view.rotate_left", _N("actions", "Rotate left"), "view", ("Alt+Left",),
               Commands.rotate_left, _document),
    ActionSpec("view.next_page", _N("actions", "&Next page"), "go", ("Ctrl+PgDown",), Commands.next_page,
               _document),
    ActionSpec("view.previous_page", _N("actions", "P&revious page"), "go", ("Ctrl+PgUp",),
               Commands.previous_page, _document),
    ActionSpec("view.go_to_page", _N("actions", "&Go to page…"), "go", ("Ctrl+G",), Commands.go_to_page,
               _document),
    ActionSpec("view.undecided_only", _N("actions", "Undecided spans on&ly"), "view", ("U",),
               Commands.toggle_undecided_only, checked=lambda s: s.is_undecided_only, opens_group=True),
    ActionSpec("view.all_spans", _N("actions", "All spans, no chips"), "view", ("Shift+U",),
               lambda c: c.marks.press_chip("clear"), _document),
    ActionSpec("view.spans_of_page", _N("actions", "Spans of this page only"), "view", ("Ctrl+U",),
               lambda c: c.marks.press_chip("page"), _document),
    ActionSpec("view.my_spans", _N("actions", "My spans only"), "view", ("Ctrl+Shift+U",),
               lambda c: c.marks.press_chip("mine"), _document),
    ActionSpec("view.limits", _N("actions", "Limi&ts of the bands"), "view", ("B",),
               lambda c: c.focus("limits"), _document,
               tip=_N("actions", "From which confidence on spans are shown, called likely, called certain")),
    ActionSpec("view.show_fewer", _N("actions", "Show &fewer spans"), "view", ("]",), Commands.show_fewer,
               lambda s: s.has_document and s.limits.shown < 1,
               tip=_N("actions", "Hide the suggestions the program is least sure of")),
    ActionSpec("view.show_more", _N("actions", "Show more sp&ans"), "view", ("[",), Commands.show_more,
               lambda s: s.has_document and s.limits.shown > 0),
    ActionSpec("view.reset_limits", _N("actions", "Reset t&he limits"), "view", ("Shift+B",),
               Commands.reset_limits, lambda s: s.limits != s.start_limits),
    ActionSpec("view.documents", _N("actions", "Go to &documents"), "go", ("Alt+1",),
               lambda c: c.focus("documents"), opens_group=True),
    ActionSpec("view.page", _N("actions", "Go to page &view"), "go", ("Alt+2",), lambda c: c.focus("page")),
    ActionSpec("view.spans", _N("actions", "Go to &spans"), "go", ("Alt+3",), lambda c: c.focus("spans")),
    ActionSpec("view.record", _N("actions", "Go to re&cord"), "go", ("Alt+4",),
               lambda c: c.focus("record")),
    ActionSpec("view.inspector", _N("actions", "Go to span d&etails"), "go", ("Alt+5",),
               lambda c: c.focus("inspector")),
    *PAGES,
    ActionSpec("view.pictures", _N("actions", "Go to page pict&ures"), "go", ("Alt+8",),
               lambda c: c.focus("pictures")),
    ActionSpec("view.bookmarks", _N("actions", "Go to boo&kmarks"), "go", ("Alt+9",),
               lambda c: c.focus("bookmarks")),
    ActionSpec("view.beside", _N("actions", "Side b&y side"), "view", ("Ctrl+Alt+2",),
               lambda c: c.beside(), lambda s: s.documents > 0 and not s.is_second_look, opens_group=True,
               tip=_N("actions", "Look at two documents side by side; nothing can be changed in the second")),
    ActionSpec("view.overview", _N("actions", "Overview of what is withheld"), "view", ("Alt+7",),
               lambda c: c.overview.show(), lambda s: s.has_document and not s.is_second_look,
               tip=_N("actions", "Where the withholding is: shares by page and by code")),
    *LAYOUT,
    ActionSpec("view.problems", _N("actions", "Pro&blems"), "view", ("F8",), Commands.show_problems,
               opens_group=True),
    ActionSpec("view.dismiss", _N("actions", "Dis&miss message"), "view", ("Shift+Esc",),
               Commands.dismiss_message, lambda s: s.has_message),
    # Mark
    ActionSpec("mark.select_tool", _N("actions", "&Select tool"), "mark", ("V",),
               lambda c: c.use_tool("select"), _document, bar=_N("actions", "Select"),
               checked=lambda s: s.tool == "select"),
    ActionSpec("mark.draw_tool", _N("actions", "&Draw tool"), "mark", ("D",), lambda c: c.use_tool("draw"),
               _recorded, changes=True, in_second_look=True, bar=_N("actions", "Draw"),
               checked=lambda s: s.tool == "draw",
               tip=_N("actions", "Draw an area that is to be withheld")),
    ActionSpec("mark.text", _N("actions", "Mark selected &text"), "mark", ("M",), Commands.mark_text,
               lambda s: s.has_text and s.is_recorded, changes=True,
               tip=_N("actions", "Propose to withhold the text that is selected on the page")),
    ActionSpec("mark.seek", _N("actions", "Search and mar&k…"), "mark", ("Ctrl+Shift+F",),
               lambda c: c.seek.show(), _recorded,
               tip=_N("actions", "Find phrases, lists, expressions and patterns, and mark the hits")),
    ActionSpec("mark.page", _N("actions", "Mark whole &page"), "mark", ("Shift+M",),
               lambda c: c.marks.whole_page(), _recorded, changes=True,
               tip=_N("actions", "Propose to withhold the page in view")),
    ActionSpec("mark.pages", _N("actions", "Mark pa&ge range…"), "mark", ("Ctrl+Shift+M",),
               lambda c: c.marks.pages(), _recorded, changes=True),
    ActionSpec("mark.repeat", _N("actions", "&Repeat on pages…"), "mark", ("Ctrl+R",),
               lambda c: c.marks.repeat(), lambda s: bool(s.selected) and s.all_own, changes=True,
               tip=_N("actions", "The same marks at the same place of other pages or documents")),
    ActionSpec("mark.adjust", _N("actions", "Mo&ve or resize mark"), "mark", ("A",),
               lambda c: c.marks.adjust(), lambda s: len(s.selected) == 1 and s.all_own, changes=True,
               tip=_N("actions", "Drag its corners, or use Ctrl+arrows and Ctrl+Shift+arrows")),
    ActionSpec("mark.cite", _N("actions", "&Cite codes"), "mark", ("E",), lambda c: c.focus("codes"),
               _selected, changes=True, opens_group=True,
               tip=_N("actions", "Write the exemption codes of the selected spans")),
    ActionSpec("mark.statute", _N("actions", "Name the statute of (&b)(3)"), "mark", ("Shift+E",),
               lambda c: c.focus("statute"), lambda s: s.needs_statute, changes=True,
               tip=_N("actions", "Choose the law that (b)(3) stands for")),
    *(ActionSpec(f"mark.code_{n}", _N("actions", "Favourite code"), "mark", (str(n),),
                 lambda c, n=n: c.marks.favourite(n), _selected, changes=True,
                 tip=_N("actions", "Cite the code on this key for the selected spans, or take it away"))
      for n in range(1, 10)),
    ActionSpec("mark.favourites", _N("actions", "Favourite codes…"), "mark", ("Ctrl+K",),
               lambda c: c.marks.favourites(), tip=_N("actions", "Which codes stand on the keys 1 to 9")),
    ActionSpec("mark.note", _N("actions", "&Write note"), "mark", ("W",), lambda c: c.focus("note"),
               _one_selected, changes=True),
    ActionSpec("mark.internal_note", _N("actions", "Write &internal note"), "mark", ("Shift+W",),
               lambda c: c.focus("internal"), _one_selected, changes=True,
               tip=_N("actions", "A note that stays in this workspace and its log, and is in no copy")),
    ActionSpec("mark.remove", _N("actions", "Re&move own mark"), "mark", ("Del",), Commands.remove,
               lambda s: bool(s.selected) and s.all_own, changes=True, in_second_look=True,
               opens_group=True),
    # Review
    ActionSpec("review.next_undecided", _N("actions", "&Next undecided span"), "review", ("N",),
               Commands.next_undecided, lambda s: s.undecided_anywhere > 0,
               bar=_N("actions", "Undecided ›")),
    ActionSpec("review.previous_undecided", _N("actions", "&Previous undecided span"), "review",
               ("P", "Shift+N"), Commands.previous_undecided, lambda s: s.undecided_anywhere > 0,
               bar=_N("actions", "‹ Undecided")),
    ActionSpec("review.next_span", _N("actions", "Next span"), "review", ("J",), Commands.next_span,
               lambda s: s.spans > 0),
    ActionSpec("review.previous_span", _N("actions", "Previous span"), "review", ("K",),
               Commands.previous_span, lambda s: s.spans > 0),
    ActionSpec("review.confirm", _N("actions", "&Confirm"), "review", ("C",), Commands.confirm,
               lambda s: s.can_confirm, changes=True, opens_group=True, bar=_N("actions", "Confirm"),
               tip=_N("actions", "The selected suggestions are withheld spans")),
    ActionSpec("review.reject", _N("actions", "Re&ject"), "review", ("X",), Commands.reject,
               lambda s: s.can_reject, changes=True, bar=_N("actions", "Reject"),
               tip=_N("actions", "The selected suggestions are not withheld spans")),
    ActionSpec("review.reopen", _N("actions", "Re&open"), "review", ("O",), Commands.reopen,
               lambda s: s.can_reopen, changes=True, bar=_N("actions", "Reopen"),
               tip=_N("actions", "The selected spans wait for a decision again")),
    ActionSpec("review.sustain", _N("actions", "Decide: &sustain"), "review", ("S",),
               lambda c: c.decide(Verdict.SUSTAIN), _selected, changes=True, opens_group=True,
               bar=_N("actions", "Sustain"),
               tip=_N("actions", "Keep the selected spans withheld")),
    ActionSpec("review.release", _N("actions", "Decide: &release"), "review", ("R",),
               lambda c: c.decide(Verdict.RELEASE), _selected, changes=True, bar=_N("actions", "Release"),
               tip=_N("actions", "The selected spans can be released")),
    ActionSpec("review.refer", _N("actions", "Decide: re&fer"), "review", ("F",),
               lambda c: c.decide(Verdict.REFER), _selected, changes=True, bar=_N("actions", "Refer"),
               tip=_N("actions", "Another agency has to decide about the selected spans")),
    ActionSpec("review.confirm_field", _N("actions", "Confirm record fiel&d"), "review", ("Shift+C",),
               Commands.confirm_field, lambda s: s.fields_selected > 0, changes=True, opens_group=True,
               bar=_N("actions", "Confirm")),
    ActionSpec("review.correct_field", _N("actions", "Correc&t record field…"), "review", ("Ctrl+T",),
               Commands.correct_field, lambda s: s.fields_selected == 1, changes=True),
    ActionSpec("review.reject_field", _N("actions", "Reject record fie&ld"), "review", ("Shift+X",),
               Commands.reject_field, lambda s: s.fields_selected > 0, changes=True,
               bar=_N("actions", "Clear"),
               tip=_N("actions", "The document does not say so; what is printed stays on record")),
    *PEOPLE,
    # Export
    ActionSpec("export.annotated", _N("actions", "&Annotated copy"), "export", ("Ctrl+E",),
               Commands.export_annotated, _recorded, changes=True, bar=_N("actions", "Annotated copy"),
               tip=_N("actions", "Write a PDF with all spans marked into the exports of the workspace")),
    ActionSpec("export.annotated_as", _N("actions", "Annotated copy &to…"), "export", ("Ctrl+Shift+E",),
               Commands.export_annotated_as, _recorded, changes=True),
    ActionSpec("export.release", _N("actions", "&Release copy…"), "export", ("Ctrl+Shift+R",),
               lambda c: c.release.show(), _recorded, changes=True, opens_group=True,
               tip=_N("actions", "Make a copy in which what is marked is truly gone, and prove it")),
    ActionSpec("export.release_case", _N("actions", "Release copies of the &case…"), "export",
               ("Ctrl+Alt+R",), lambda c: c.release_case.show(), _recorded, changes=True,
               tip=_N("actions", "Make the copies of all documents of the case that are settled")),
    ActionSpec("export.overview", _N("actions", "&Overview…"), "export", ("Ctrl+Alt+O",),
               lambda c: c.overview.export(), _recorded, changes=True, opens_group=True,
               tip=_N("actions", "Write shares by page and by code as a report or a picture")),
    # Log
    ActionSpec("log.show", _N("actions", "&Audit log"), "log", ("Ctrl+L",), Commands.show_log,
               tip=_N("actions", "Who changed what, and when")),
    ActionSpec("log.verify", _N("actions", "&Verify the log"), "log", ("Ctrl+Shift+L",), Commands.verify_log,
               tip=_N("actions", "Check the chain of the log and the tables against it")),
    *PAST,
    # Help
    *HELP,
    ActionSpec("help.shortcuts", _N("actions", "&Keyboard shortcuts"), "help", ("Ctrl+F1",),
               Commands.show_shortcuts),
    ActionSpec("help.about", _N("actions", "&About Review App"), "help", (), Commands.show_about),
)

DOCUMENT_MENU = (
    "file.case", "file.remove", "file.restore", None, "file.scan_again", "file.drop", None,
    "export.annotated", "export.annotated_as", "export.release",
)
"""The menu of the list of documents, in this order; None is a gap."""
REVIEW_BUTTONS = ("review.confirm", "review.reject", "review.reopen")
DECIDE_BUTTONS = ("review.sustain", "review.release", "review.refer")
PEOPLE_BUTTONS = ("review.propose", "review.approve", "review.return", "review.withdraw")
BAR = (
    "file.open", None, "review.previous_undecided", "review.next_undecided", None, "mark.select_tool",
    "mark.draw_tool", None, "view.fit_width", "view.fit_page", None, "edit.undo", "edit.redo", None,
    "edit.find", "export.annotated",
)
"""What stands on the toolbar, in this order; None is a gap."""


class Actions(QObject):
    """The table as QActions of a window. ``run`` gets the spec of what the user triggered."""

    def __init__(self, run: Callable[[ActionSpec], None], parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self._tips: dict[str, str] = {}
        self._refusals: dict[str, str] = {}
        self._state: State | None = None
        self._are_on: dict[str, bool] = {}
        self._actions = {spec.id: self._make(spec) for spec in TABLE}
        self._rows = [(spec, self._actions[spec.id]) for spec in TABLE]
        self._switches = [(spec, self._actions[spec.id]) for spec in TABLE if spec.checked is not None]

    @property
    def state(self) -> State:
        """What the last refresh went by."""
        return self._state or State()

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> list[tuple[ActionSpec, QAction]]:
        """Each row of the table with its QAction."""
        return list(self._rows)

    def refresh(self, state: State) -> None:
        """Switch on what can be used now; what is refused says why. Cheap while nothing is different."""
        for spec, action in self._switches:  # Qt turns a switch by itself when it is used
            assert spec.checked is not None
            action.setChecked(spec.checked(state))
        if state == self._state:
            return
        self._state = state
        for spec, action in self._rows:
            refusal = spec.refusal(state)
            is_on = not refusal and bool(spec.enabled(state))
            if is_on is not self._are_on.get(spec.id):
                self._are_on[spec.id] = is_on
                action.setEnabled(is_on)
            if refusal != self._refusals.get(spec.id, ""):
                self._refusals[spec.id] = refusal
                action.setToolTip(f"{self._tips[spec.id]}\n{refusal}" if refusal else self._tips[spec.id])
        self._name("edit.undo", QCoreApplication.translate("actions", "&Undo {what}"), state.undo_text)
        self._name("edit.redo", QCoreApplication.translate("actions", "&Redo {what}"), state.redo_text)

    def name_codes(self, codes: Sequence[str]) -> None:
        """Say which code each of the keys 1 to 9 cites."""
        for n in range(1, 10):
            text = QCoreApplication.translate("actions", "Favourite code")
            if n <= len(codes):
                text = f"{text}: {isolated(codes[n - 1])}".replace("&", "&&")
            self._actions[f"mark.code_{n}"].setText(text)

    def _name(self, action_id: str, pattern: str, what: str) -> None:
        action = self._actions[action_id]
        action.setText(pattern.format(what=what.replace("&", "&&")).strip())

    def _make(self, spec: ActionSpec) -> QAction:
        text = QCoreApplication.translate("actions", spec.text)
        action = QAction(text, self.parent())
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(k, QKeySequence.SequenceFormat.PortableText) for k in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.checked is not None)
        if spec.bar:
            action.setIconText(QCoreApplication.translate("actions", spec.bar))
        plain = plain_text(text)
        tip = QCoreApplication.translate("actions", spec.tip) if spec.tip else plain.rstrip("…")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self._tips[spec.id] = f"{tip} ({keys})" if keys else tip
        action.setToolTip(self._tips[spec.id])
        action.setStatusTip("")
        if spec.id == "help.show":  # also in the windows beside the main one
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        elif spec.id == "edit.settings":
            action.setMenuRole(QAction.MenuRole.PreferencesRole)
        elif spec.id == "file.quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        elif spec.id == "help.about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        action.triggered.connect(lambda _checked=False, s=spec: self._run(s))
        return action


def plain_text(text: str) -> str:
    """A menu text without its underline marks."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")
