"""The bridge with real threads: what comes from them arrives on the main thread, in order, and once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication

from review_app.domain.errors import Cancelled, InputRefused, ReviewError
from review_app.domain.rows import Progress
from review_app.review.changes import Changes
from review_app.ui.bridge import Bridge, call_on_main_thread


class Notifier:
    """What a bridge needs of a desk, real: callbacks run on the thread that changes something."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[Changes], None]] = []

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def change(self, changes: Changes) -> None:
        for callback in list(self.callbacks):
            callback(changes)


@pytest.fixture
def bridge(qapp):
    made = Bridge()
    yield made
    assert made.shutdown()
    made.deleteLater()


def in_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


class TestChanges:
    def test_a_change_on_the_main_thread_is_told_before_the_call_returns(self, bridge) -> None:
        desk, told = Notifier(), []
        bridge.attach(desk)
        bridge.changed.connect(told.append)
        desk.change(Changes(spans=frozenset({"d1"})))
        assert told == [Changes(spans=frozenset({"d1"}))]

    def test_changes_of_other_threads_come_together_on_the_main_thread(self, qtbot, bridge) -> None:
        desk, told, threads = Notifier(), [], set()
        bridge.attach(desk)
        bridge.changed.connect(told.append)
        bridge.changed.connect(lambda _: threads.add(threading.get_ident()))

        def work() -> None:
            for i in range(200):
                desk.change(Changes(documents=frozenset({f"d{i}"}), log=True))

        in_thread(work)
        assert told == []  # not before the event loop
        qtbot.waitUntil(lambda: bool(told))
        assert threads == {threading.get_ident()}
        assert len(told) == 1
        assert len(told[0].documents) == 200

    def test_a_change_made_while_being_told_comes_after_not_inside(self, bridge) -> None:
        desk, order = Notifier(), []
        bridge.attach(desk)

        def on_change(changes: Changes) -> None:
            order.append(("start", *changes.documents))
            if "d1" in changes.documents:
                desk.change(Changes(documents=frozenset({"d2"})))
            order.append(("end", *changes.documents))

        bridge.changed.connect(on_change)
        desk.change(Changes(documents=frozenset({"d1"})))
        assert order == [("start", "d1"), ("end", "d1"), ("start", "d2"), ("end", "d2")]

    def test_detached_means_silent(self, qtbot, bridge) -> None:
        desk, told = Notifier(), []
        bridge.attach(desk)
        bridge.changed.connect(told.append)
        in_thread(lambda: desk.change(Changes(log=True)))
        bridge.detach()
        QCoreApplication.processEvents()
        assert told == []
        assert desk.callbacks == []

    def test_attaching_to_another_desk_leaves_the_first(self, bridge) -> None:
        first, second = Notifier(), Notifier()
        bridge.attach(first)
        bridge.attach(second)
        assert first.callbacks == []
        assert len(second.callbacks) == 1


class TestJobs:
    def test_a_job_that_succeeds(self, qtbot, bridge) -> None:
        order = []
        job = bridge.run(lambda progress, cancel: 6 * 7, "count")
        job.succeeded.connect(lambda value: order.append((value, threading.get_ident())))
        job.finished.connect(lambda: order.append("finished"))
        assert bridge.running == (job,)
        qtbot.waitUntil(lambda: not bridge.running)
        assert order == [(42, threading.get_ident()), "finished"]

    def test_progress_arrives_newest_last_and_never_after_the_end(self, qtbot, bridge) -> None:
        seen = []

        def work(progress, cancel) -> None:
            for i in range(5_000):
                progress(Progress(i, 5_000))

        job = bridge.run(work, "walk")
        job.progressed.connect(seen.append)
        job.finished.connect(lambda: seen.append("finished"))
        qtbot.waitUntil(lambda: "finished" in seen)
        QCoreApplication.processEvents()
        assert seen[-1] == "finished"
        numbers = [p.done for p in seen[:-1]]
        assert numbers == sorted(numbers)
        assert numbers[-1] == 4_999
        assert len(numbers) < 5_000  # a fast job does not flood the window

    def test_an_error_for_people_arrives_as_it_is(self, qtbot, bridge) -> None:
        error, got = InputRefused("The file is empty"), []

        def work(progress, cancel) -> None:
            raise error

        job = bridge.run(work, "add")
        job.failed.connect(got.append)
        qtbot.waitUntil(lambda: bool(got))
        assert got == [error]

    def test_a_defect_becomes_an_error_that_holds_no_text_of_its_own(self, qtbot, bridge) -> None:
        got = []

        def work(progress, cancel) -> None:
            raise ValueError("SECRET text of a document")

        job = bridge.run(work, "Adding a file")
        job.failed.connect(got.append)
        qtbot.waitUntil(lambda: bool(got))
        error = got[0]
        assert isinstance(error, ReviewError)
        assert error.code == "defect"
        assert "SECRET" not in str(error)
        assert "Adding a file" in str(error)
        assert isinstance(error.__cause__, ValueError)  # for the crash file

    def test_cancel_reaches_the_work(self, qtbot, bridge) -> None:
        got = []

        def work(progress, cancel) -> None:
            assert cancel.wait(10)
            raise Cancelled("Stopped")

        job = bridge.run(work, "wait")
        job.failed.connect(got.append)
        job.cancel()
        qtbot.waitUntil(lambda: bool(got))
        assert isinstance(got[0], Cancelled)
        assert job.was_cancelled

    def test_jobs_run_beside_each_other(self, qtbot, bridge) -> None:
        both = threading.Barrier(2, timeout=10)
        jobs = [bridge.run(lambda progress, cancel: both.wait() >= 0, f"job {i}") for i in range(2)]
        got = []
        for job in jobs:
            job.succeeded.connect(got.append)
        qtbot.waitUntil(lambda: len(got) == 2)
        assert got == [True, True]

    def test_shutdown_joins_the_threads(self, qapp) -> None:
        bridge = Bridge()
        job = bridge.run(lambda progress, cancel: cancel.wait(30), "sleep")
        assert bridge.shutdown(timeout_s=5)
        assert job.join(0)
        bridge.deleteLater()

    def test_shutdown_tells_of_a_job_that_does_not_listen(self, qtbot, qapp) -> None:
        bridge, go_on = Bridge(), threading.Event()
        bridge.run(lambda progress, cancel: go_on.wait(30), "deaf")
        assert not bridge.shutdown(timeout_s=0.05)
        go_on.set()
        qtbot.waitUntil(lambda: not bridge.running)
        bridge.deleteLater()

    def test_a_job_may_end_after_its_bridge_is_gone(self, qtbot, qapp) -> None:
        import shiboken6

        bridge, go_on = Bridge(), threading.Event()
        job = bridge.run(lambda progress, cancel: go_on.wait(30), "late")
        shiboken6.delete(bridge)
        go_on.set()
        assert job.join(5)
        QCoreApplication.processEvents()  # a signal of a deleted object would raise here and fail the test


def test_calls_arrive_in_order_and_one_that_fails_does_not_take_the_rest_along(qtbot, qapp) -> None:
    got: list[int] = []

    def fail() -> None:
        raise RuntimeError("planted")

    with qtbot.captureExceptions() as caught:
        in_thread(lambda: [call_on_main_thread(c) for c in (
            lambda: got.append(1), fail, lambda: got.append(2), lambda: got.append(3),
        )])
        qtbot.waitUntil(lambda: 3 in got)
    assert got == [1, 2, 3]
    assert [str(e[1]) for e in caught] == ["planted"]
