"""Release copies of all documents of a case, from the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from review_app.domain.display import isolated
from review_app.ui.bridge import Bridge, Job, ProgressFn, call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.problems import Problems
from review_app.ui.window_commands import WindowCommands

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.review.release_batch import Outcome
    from review_app.ui.dialogs.release_case import ReleaseCaseDialog


class ReleaseCaseCommands(WindowCommands):
    """One case at a time."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems,
        go_to_page: Callable[[int], None], parent: QObject,
    ) -> None:
        super().__init__(desk, bridge, current, problems, go_to_page, parent)
        self._job: Job | None = None
        self.dialog: ReleaseCaseDialog | None = None
        """The window; it is gone once it was closed."""

    def show(self) -> None:
        """List the documents of the shown document's case."""
        here = self._current.document
        if here is None or self._job is not None:
            return
        case = next((c for c in self._current.cases if c.id == here.case_id), None)
        if case is None:
            self._problems.tell(self.tr(
                "This document is under no case. File it under one (Ctrl+Shift+K), or release it alone."))
            return
        from review_app.ui.dialogs.release_case import ReleaseCaseDialog  # not needed to start

        documents = [
            (d.id, isolated(d.name)) for d in self._current.documents
            if d.coming is None and d.case_id == case.id
        ]
        if self.dialog is not None and isValid(self.dialog):
            self.dialog.close()
        dialog = self.dialog = ReleaseCaseDialog(isolated(case.number), documents, self._window())
        dialog.start_wanted.connect(lambda: self._start(dialog, [i for i, _ in documents]))
        dialog.stop_wanted.connect(self._stop)
        dialog.document_wanted.connect(self._current.show_document)
        dialog.show()

    def _start(self, dialog: ReleaseCaseDialog, ids: list[str]) -> None:
        if self._job is not None:
            return

        def tell(outcome: Outcome) -> None:
            call_on_main_thread(lambda: dialog.show_outcome(outcome) if isValid(dialog) else None)

        def work(progress: ProgressFn, cancel: threading.Event) -> list[Outcome]:
            from review_app.review.release_batch import release_all  # not needed to start

            return release_all(
                self._desk.releases, ids, cancel=cancel, progress=progress, on_outcome=tell)

        dialog.begin()
        job = self._job = self._bridge.run(work, self.tr("Writing the release copies of a case"))
        job.progressed.connect(lambda news: dialog.show_progress(news) if isValid(dialog) else None)
        job.succeeded.connect(lambda outcomes: self._on_done(dialog, outcomes))
        job.failed.connect(self._problems.report)
        job.finished.connect(self._on_finished)

    def _on_done(self, dialog: ReleaseCaseDialog, outcomes: list[Outcome]) -> None:
        made = sum(o.delivered is not None for o in outcomes)
        self._problems.tell(self.tr("Release copies written: {made} of {count}.").format(
            made=made, count=len(outcomes)))
        if isValid(dialog):
            dialog.end(outcomes)

    def _on_finished(self) -> None:
        self._job = None

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
