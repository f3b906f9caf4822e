"""The part of the action table about pages, two people, second looks and the past."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from review_app.ui.action_spec import ActionSpec

_N = QT_TRANSLATE_NOOP

PEOPLE: tuple[ActionSpec, ...] = (
    ActionSpec("review.disposition", _N("actions", "Page disposition…"), "review", ("Ctrl+D",),
               lambda c: c.focus("disposition"), lambda s: s.is_recorded, changes=True, opens_group=True,
               tip=_N("actions", "Say what became of the page on screen, or of a range of pages")),
    ActionSpec("review.propose", _N("actions", "Propose"), "review", ("Shift+P",),
               lambda c: c.together.propose(), lambda s: s.can_propose, changes=True, opens_group=True,
               bar=_N("actions", "Propose"),
               tip=_N("actions", "Hand the selected spans to the other person; they stay as they are then")),
    ActionSpec("review.second", _N("actions", "Pass second review"), "review", ("Shift+S",),
               lambda c: c.together.review(), lambda s: s.can_return, changes=True,
               tip=_N("actions", "The selected proposals were looked at a second time and may be approved")),
    ActionSpec("review.approve", _N("actions", "Approve"), "review", ("Shift+A",),
               lambda c: c.together.approve(), lambda s: s.can_approve, changes=True,
               bar=_N("actions", "Approve"),
               tip=_N("actions", "Approve the selected proposals of somebody else")),
    ActionSpec("review.return", _N("actions", "Return with a reason…"), "review", ("Shift+R",),
               lambda c: c.together.give_back(), lambda s: s.can_return, changes=True,
               bar=_N("actions", "Return…"),
               tip=_N("actions", "Give the selected proposals back to who proposed them")),
    ActionSpec("review.approve_own", _N("actions", "Approve own proposal…"), "review", ("Ctrl+Shift+A",),
               lambda c: c.together.approve_own(), lambda s: s.can_approve, changes=True,
               tip=_N("actions", "Approve without a second person; the reason goes into the log")),
    ActionSpec("review.withdraw", _N("actions", "Take proposal back"), "review", ("Shift+O",),
               lambda c: c.together.withdraw(), lambda s: s.can_withdraw, changes=True,
               bar=_N("actions", "Take back"), tip=_N("actions", "The selected spans can be changed again")),
    ActionSpec("review.role", _N("actions", "Who works here…"), "review", ("Ctrl+Shift+W",),
               lambda c: c.together.choose_role(), opens_group=True,
               tip=_N("actions", "Name and role: analyst, second reviewer, approver, auditor")),
    ActionSpec("review.second_look", _N("actions", "Blind second look…"), "review", ("F9",),
               lambda c: c.together.blind.begin(), lambda s: s.documents > 0 and not s.is_second_look,
               changes=True, opens_group=True,
               tip=_N("actions", "Mark random pages without seeing what others found")),
    ActionSpec("review.page_done", _N("actions", "Page of the second look is done"), "review", ("Shift+F9",),
               lambda c: c.together.blind.page_done(), lambda s: s.is_second_look, changes=True,
               in_second_look=True, bar=_N("actions", "Page done"),
               tip=_N("actions", "Everything to withhold is marked; go on with the next page")),
    ActionSpec("review.leave_look", _N("actions", "Leave the second look for now"), "review", ("Ctrl+F9",),
               lambda c: c.together.blind.leave(), lambda s: s.is_second_look,
               bar=_N("actions", "Leave")),
    ActionSpec("review.end_look", _N("actions", "End the second look without a result"), "review",
               ("Ctrl+Shift+F9",), lambda c: c.together.blind.give_up(), lambda s: s.is_second_look,
               changes=True, in_second_look=True, bar=_N("actions", "End for good")),
    ActionSpec("review.agreement", _N("actions", "Agreement of the last second look"), "review", ("Alt+F9",),
               lambda c: c.together.blind.show_results(),
               tip=_N("actions", "How far two people agree who looked at the same pages")),
)

PAGES: tuple[ActionSpec, ...] = (
    ActionSpec("view.pages", _N("actions", "Go to pages"), "go", ("Alt+6",), lambda c: c.focus("pages"),
               tip=_N("actions", "What became of each page, and what follows for the document")),
)

PAST: tuple[ActionSpec, ...] = (
    ActionSpec("log.new", _N("actions", "What is &new to me"), "log", ("F7",),
               lambda c: c.together.show_new(), opens_group=True,
               tip=_N("actions", "What others changed since you last looked at the log")),
    ActionSpec("log.as_of", _N("actions", "Show the page as of a &date…"), "log", ("Ctrl+Alt+L",),
               lambda c: c.together.ask_date(), lambda s: s.has_document, opens_group=True,
               tip=_N("actions", "Spans and record as they were at the end of a day; only to look at")),
    ActionSpec("log.now", _N("actions", "&Back to now"), "log", ("Ctrl+Alt+N",),
               lambda c: c.together.back_to_now(), lambda s: s.is_past,
               bar=_N("actions", "Back to now"), tip=_N("actions", "Show the page as it is")),
)
