"""Two people at one desk: roles, proposals, approvals, and why something cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from review_app.domain.people import Role
from review_app.domain.vocabulary import Status
from review_app.review.desk import Desk
from review_app.ui.actions import TABLE
from review_app.ui.dialogs.people import ReasonDialog, RoleDialog

WAIT = 30_000


def press(window, keys: str) -> None:
    target = window.focusWidget() or window
    QTest.keySequence(target, QKeySequence(keys, QKeySequence.SequenceFormat.PortableText))


@pytest.fixture
def window(qtbot, desk, open_window, seeds: Path):
    desk.intake.add(seeds / "1992-briefing-memo.txt")
    window = open_window(desk)
    qtbot.waitUntil(lambda: not window.status.is_busy, timeout=WAIT)
    window.page.setFocus()
    return window


def sit_down(qtbot, window, name: str, role: Role) -> None:
    """As a person does it: the button of the status bar, a name, a role, Return."""
    window.status.who.click()
    dialog = window.findChild(RoleDialog)
    dialog.name.setText(name)
    dialog.roles[role].click()
    dialog.accept()
    qtbot.waitUntil(lambda: window.findChild(RoleDialog) is None)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.page.setFocus()


def give_reason(qtbot, window, text: str) -> None:
    dialog = window.findChild(ReasonDialog)
    assert not dialog._ok.isEnabled()
    with_control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return, with_control)
    assert dialog.isVisible(), "there is no reason yet"
    QTest.keyClicks(dialog.reason, text)
    QTest.keyClick(dialog.reason, Qt.Key.Key_Return, with_control)
    qtbot.waitUntil(lambda: window.findChild(ReasonDialog) is None)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.page.setFocus()


def statuses(window) -> list[Status]:
    return [s.status for s in window.current.spans]


def test_a_span_travels_from_one_person_to_the_other_and_back(window, qtbot, desk):
    assert window.status.who.text() == "analyst: M. Ortiz"
    press(window, "Ctrl+A")
    assert not window.action_table["review.propose"].isEnabled(), "nothing is confirmed"
    press(window, "C")
    press(window, "Shift+P")
    assert statuses(window) == [Status.PROPOSED] * 2
    assert not window.action_table["review.approve"].isEnabled(), "an analyst does not approve"
    sit_down(qtbot, window, "B. Lindqvist", Role.APPROVER)
    assert window.status.who.text() == "approver: B. Lindqvist"
    window.current.select([window.current.spans[0].id])
    press(window, "Shift+A")
    assert statuses(window) == [Status.APPROVED, Status.PROPOSED]
    window.current.select([window.current.spans[1].id])
    press(window, "Shift+R")
    give_reason(qtbot, window, "The code is missing.")
    assert statuses(window) == [Status.APPROVED, Status.RETURNED]
    history = window.inspector.history
    qtbot.waitUntil(lambda: history.count() and history.item(0).text().endswith("The code is missing."))
    sit_down(qtbot, window, "M. Ortiz", Role.ANALYST)
    window.current.select([window.current.spans[1].id])
    press(window, "Shift+P")
    assert statuses(window) == [Status.APPROVED, Status.PROPOSED]
    assert desk.history.verify() == []


def test_approving_ones_own_proposal_needs_its_reason(window, qtbot, desk):
    press(window, "N")
    press(window, "C")
    press(window, "Shift+P")
    sit_down(qtbot, window, "M. Ortiz", Role.APPROVER)
    press(window, "Shift+A")
    assert "Who proposed a span is not the one who approves" in window.message_bar.text
    assert statuses(window)[0] is Status.PROPOSED
    press(window, "Ctrl+Shift+A")
    give_reason(qtbot, window, "The office has one approver.")
    assert statuses(window)[0] is Status.APPROVED
    step = desk.proposals.steps(window.current.spans[0].id)[-1]
    assert step.is_override and step.reason == "The office has one approver."
    press(window, "Shift+O")
    give_reason(qtbot, window, "New facts.")
    assert statuses(window)[0] is Status.CONFIRMED


def test_what_lies_with_the_other_person_is_refused_in_words(window, qtbot):
    press(window, "N")
    press(window, "C")
    press(window, "Shift+P")
    press(window, "X")
    assert "is proposed and stays as it is" in window.message_bar.text
    assert statuses(window)[0] is Status.PROPOSED


def test_an_auditor_finds_every_writing_action_off_with_the_reason(window, qtbot, desk):
    press(window, "Ctrl+A")
    sit_down(qtbot, window, "E. Mora", Role.AUDITOR)
    assert window.status.who.text() == "auditor: E. Mora (read-only)"
    for spec in TABLE:
        if spec.changes:
            assert not window.action_table[spec.id].isEnabled(), spec.id
            assert "An auditor changes nothing." in window.action_table[spec.id].toolTip(), spec.id
    assert not any(w.isEnabled() for w in window.together.pages.tab_stops[1:])
    sit_down(qtbot, window, "M. Ortiz", Role.ANALYST)
    window.current.select([window.current.spans[0].id])
    assert window.action_table["review.confirm"].isEnabled()
    assert "auditor" not in window.action_table["review.confirm"].toolTip()


def test_a_workspace_in_use_is_opened_for_looking_and_says_why(window, qtbot, desk, open_window):
    with Desk.open(desk.folder, "B. Lindqvist", jobs=1, falls_back=True) as second:
        other = open_window(second)
        qtbot.waitUntil(lambda: not other.status.is_busy, timeout=WAIT)
        for part in ("is in use by process", "Close the other program", "nothing can be changed"):
            assert part in other.message_bar.text
        assert "is in use" in other.action_table["review.confirm"].toolTip()
        other.status.who.click()
        dialog = other.findChild(RoleDialog)
        assert [r for r, b in dialog.roles.items() if b.isEnabled()] == [Role.AUDITOR]
        dialog.reject()
        qtbot.waitUntil(lambda: not other.page.is_waiting, timeout=WAIT)
        other.close()
        qtbot.waitUntil(other.isHidden, timeout=WAIT)
