"""Fixtures for tests with real widgets: steady settings, and nothing may be left behind.

A test fails when it leaves a running thread, an active timer or a top-level widget, and when Qt printed a
warning. ``may_leave("threads")`` as a marker lifts one check, with the reason beside it in the test.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="Qt cannot be loaded here", exc_type=ImportError)

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "may_leave(what, ...): threads, timers or widgets this test may leave")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("qt_log_level_fail") is None:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # Said by the offscreen platform of every window that is raised, popped up or has a smallest size.
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["review-app-tests", "-style", "Fusion"]


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication], pytestconfig: pytest.Config,
         tmp_path_factory: pytest.TempPathFactory) -> QApplication:
    """One application for all tests: the same style, font and colours, settings in a throw-away folder."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(qapp_args)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    folder = str(tmp_path_factory.mktemp("settings"))
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.IniFormat, scope, folder)
    application.setApplicationName(pytestconfig.getini("qt_qapp_name"))
    application.setOrganizationName("review-app-tests")
    application.setStyle("Fusion")
    application.setPalette(application.style().standardPalette())
    font = QFont("DejaVu Sans")
    font.setPointSize(9)
    application.setFont(font)
    # A blinking cursor is a timer that every focused line of text would leave running.
    application.setCursorFlashTime(0)
    # The checks below walk all objects: what is here by now is no test's, and need not be walked.
    gc.collect()
    gc.freeze()
    return application


@pytest.fixture(autouse=True)
def first_layout(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test finds panels and columns as they are at first: what one arranged is no other's."""
    yield
    if "qapp" in request.fixturenames:
        file = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "review-app", "review-app")
        file.remove("layout")


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves something running or showing."""
    marker = request.node.get_closest_marker("may_leave")
    allowed = set(marker.args) if marker else set()
    threads_before = set(threading.enumerate())
    if "qapp" not in request.fixturenames:  # no widgets, so only threads can be left
        yield
        left = [t.name for t in ended_or_left(threads_before)]
        if left and "threads" not in allowed:
            pytest.fail(f"left behind: threads {left}", pytrace=False)
        return
    request.getfixturevalue("qapp")
    widgets_before = {id(w) for w in top_level_widgets()}
    timers_before = {id(t) for t in qt_objects(QTimer) if t.isActive()}
    yield
    settle()
    left = []
    if "threads" not in allowed:
        left += [f"thread {t.name}" for t in ended_or_left(threads_before)]
    for thing in qt_objects((QTimer, QThread)):
        if isinstance(thing, QTimer):
            if "timers" not in allowed and thing.isActive() and id(thing) not in timers_before:
                left.append(f"timer of {thing.parent()!r}")
        elif "threads" not in allowed and thing.isRunning() and thing is not QThread.currentThread():
            left.append(f"QThread {thing.objectName()}")
    if "widgets" not in allowed:
        left += [f"widget {w!r}" for w in top_level_widgets() if id(w) not in widgets_before]
    if left:
        pytest.fail("left behind: " + ", ".join(left), pytrace=False)


def settle() -> None:
    """Let what is being deleted be deleted, in Qt and in Python."""
    for _ in range(2):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()


def ended_or_left(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads started since ``before`` that are still alive after a short wait for those about to end."""
    left = []
    for thread in threading.enumerate():
        if thread not in before:
            thread.join(timeout=2.0)
            if thread.is_alive():
                left.append(thread)
    return left


def qt_objects(kind: type | tuple[type, ...]) -> list:
    """All objects of a kind that Python knows and Qt has not deleted."""
    return [o for o in gc.get_objects() if isinstance(o, kind) and isValid(o)]


def top_level_widgets() -> list[QWidget]:
    application = QApplication.instance()
    return QApplication.topLevelWidgets() if isinstance(application, QApplication) else []
