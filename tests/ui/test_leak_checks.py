"""The checks of conftest must see what they are for: each planted fault fails a test."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")

HARMLESS = """
def test_widget_that_goes(qtbot):
    from PySide6.QtWidgets import QLabel
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
"""

FAULTS = {
    "thread ": """
import threading
def test_leaves_a_thread(qapp):
    threading.Thread(target=threading.Event().wait, args=(20,), daemon=True).start()
""",
    "timer of": """
kept = []
def test_leaves_a_timer(qapp):
    from PySide6.QtCore import QTimer
    timer = QTimer(); timer.start(60_000); kept.append(timer)
""",
    "widget ": """
kept = []
def test_leaves_a_window(qapp):
    from PySide6.QtWidgets import QWidget
    window = QWidget(); window.show(); kept.append(window)
""",
    "qWarning": """
def test_warns(qapp):
    from PySide6.QtCore import qWarning
    qWarning("qWarning planted")
""",
}


def run(pytester: pytest.Pytester, source: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nqt_api = pyside6\nfilterwarnings = error\n")
    pytester.makepyfile(test_planted=source)
    # A process of its own: what a fault leaves must not reach this one.
    return pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")


def test_a_tidy_test_passes(pytester: pytest.Pytester) -> None:
    run(pytester, HARMLESS).assert_outcomes(passed=1)


@pytest.mark.parametrize("said", FAULTS)
def test_a_planted_fault_fails(pytester: pytest.Pytester, said: str) -> None:
    result = run(pytester, FAULTS[said])
    outcome = result.parseoutcomes()
    assert outcome.get("failed", 0) + outcome.get("errors", 0) >= 1
    assert said in result.stdout.str()
