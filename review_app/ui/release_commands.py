"""Release copies from the window: reads the plan in a job, hands decisions on, makes the copy in a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from review_app.domain.display import isolated
from review_app.domain.errors import Cancelled, ReviewError
from review_app.ui import words
from review_app.ui.bridge import Bridge, Job
from review_app.ui.current import Current
from review_app.ui.problems import Problems
from review_app.ui.window_commands import WindowCommands

if TYPE_CHECKING:
    from review_app.domain.guessing import Elsewhere, Gap, Level, ReleasePlan
    from review_app.domain.releases import Draft
    from review_app.review.changes import Changes
    from review_app.review.desk import Desk
    from review_app.review.release_copies import Delivered
    from review_app.ui.dialogs.release import ReleaseDialog
    from review_app.ui.dialogs.release_result import Place


class ReleaseCommands(WindowCommands):
    """One window at a time, for the document that was shown when it was wanted."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems,
        go_to_page: Callable[[int], None], parent: QObject,
    ) -> None:
        super().__init__(desk, bridge, current, problems, go_to_page, parent)
        self._dialog: ReleaseDialog | None = None
        self._job: Job | None = None
        self._document_id = ""
        self._name = ""
        self._names: tuple[str, ...] = ()
        bridge.changed.connect(self._on_changes)

    @property
    def dialog(self) -> ReleaseDialog | None:
        """The window, once it was wanted."""
        return self._dialog

    def show(self) -> None:
        """Bring the window to the front, with the shown document unless a copy is being made."""
        document = self._current.document
        if document is None:
            return
        if self._dialog is None:
            self._dialog = self._make_dialog()
        if self._job is None and not self._is_open_for(document.id):
            self._document_id, self._name, self._names = document.id, isolated(document.name), ()
            self._dialog.preview.forget()
            self._dialog.show_name(words.short(self._name, 100))
            self._read_plan()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _is_open_for(self, document_id: str) -> bool:
        dialog = self._dialog
        return dialog is not None and dialog.isVisible() and self._document_id == document_id \
            and dialog.preview.plan is not None and dialog.pages.currentWidget() is not dialog.result

    def _make_dialog(self) -> ReleaseDialog:
        from review_app.ui.dialogs.release import ReleaseDialog  # not needed to start

        dialog = ReleaseDialog(self._window())
        preview = dialog.preview
        preview.gap_wanted.connect(self._choose)
        preview.accept_wanted.connect(self._ask_reason)
        preview.span_wanted.connect(self._show_span)
        preview.place_wanted.connect(self._show_elsewhere)
        preview.marks_wanted.connect(self._mark_too)
        preview.names_wanted.connect(self._use_names)
        preview.release_wanted.connect(self._make)
        dialog.result.place_wanted.connect(self._show_place)
        dialog.stop_wanted.connect(self._stop)
        return dialog

    # -- the plan ----------------------------------------------------------------------------------------

    def _read_plan(self) -> None:
        dialog, document_id, names = self._dialog, self._document_id, self._names
        if dialog is None:
            return
        dialog.show_running(self.tr("Reading what would be removed"), has_steps=False)
        releases = self._desk.releases

        def work(progress: Callable[..., None], cancel: object) -> tuple[Draft, ReleasePlan, Path]:
            draft = releases.draft(document_id)
            plan = releases.plan(draft, names, cancel=cancel, progress=progress)
            return draft, plan, releases.suggestion(document_id)

        job = self._start(work, self.tr("Reading what a release copy removes"))
        job.succeeded.connect(lambda found: self._on_plan(*found))
        job.failed.connect(self._on_no_plan)

    def _on_plan(self, draft: Draft, plan: ReleasePlan, suggestion: Path) -> None:
        dialog = self._dialog
        if dialog is None or not dialog.isVisible():
            return  # closed meanwhile: nobody looks, so nothing of the document is kept
        dialog.preview.say("")
        dialog.preview.show_plan(draft, plan, suggestion)
        dialog.show_preview()
        self._follow()

    def _on_no_plan(self, error: ReviewError) -> None:
        dialog = self._dialog
        if dialog is None or not dialog.isVisible():
            return
        if isinstance(error, Cancelled):
            dialog.close()
            return
        dialog.result.show_error(error, lambda _mark: 0)
        dialog.result.back.hide()
        dialog.show_result()

    def _use_names(self, path: Path) -> None:
        dialog = self._dialog
        if dialog is None or self._job is not None:
            return
        from review_app.review.seeking import read_phrases  # not needed to start

        try:
            self._names = read_phrases(path)
        except ReviewError as error:
            dialog.preview.say(str(error))
            return
        self._read_plan()

    # -- decisions ---------------------------------------------------------------------------------------

    def _choose(self, ids: tuple[str, ...], gap: Gap) -> None:
        draft = self._dialog.preview.draft if self._dialog is not None else None
        if draft is not None and ids:
            self._attempt(lambda: self._desk.releases.choose(draft, ids, gap))

    def _ask_reason(self, by_gap: Mapping[Gap, list[str]], levels: Mapping[str, Level]) -> None:
        from review_app.ui.dialogs.people import ReasonDialog

        dialog = self._dialog
        draft = dialog.preview.draft if dialog is not None else None
        if draft is None:
            return

        def accept(reason: str) -> None:
            for gap, ids in by_gap.items():
                self._attempt(lambda g=gap, i=ids: self._desk.releases.choose(
                    draft, i, g, levels=levels, reason=reason))

        question = ReasonDialog(
            self.tr("Accept what gaps give away"),
            self.tr("Readers may find out from the width of the gap what was removed (marks: {count}). Why "
                    "is that no harm? The reason goes into the log.").format(count=len(levels)),
            accept, parent=dialog,
        )
        question.open()

    def _attempt(self, call: Callable[[], object]) -> None:
        dialog = self._dialog
        try:
            call()
        except ReviewError as error:
            if dialog is not None:
                dialog.preview.say(str(error))
            return
        if dialog is not None:
            dialog.preview.say("")

    def _on_changes(self, changes: Changes) -> None:
        if self._document_id in changes.spans | changes.documents | changes.exports:
            self._follow()

    def _follow(self) -> None:
        """The document as it stands now: other places want another plan, all else is only shown."""
        dialog = self._dialog
        shown_draft = dialog.preview.draft if dialog is not None else None
        if dialog is None or shown_draft is None or not dialog.isVisible() or self._job is not None:
            return
        try:
            draft = self._desk.releases.draft(self._document_id)
        except ReviewError:  # removed: its window goes with it
            dialog.close()
            return
        if [(s.id, s.page, s.rects) for s in draft.marks] != [
                (s.id, s.page, s.rects) for s in shown_draft.marks]:
            self._read_plan()
        elif draft != shown_draft:
            dialog.preview.refresh(draft)

    # -- the copy ----------------------------------------------------------------------------------------

    def _make(self) -> None:
        dialog = self._dialog
        if dialog is None or self._job is not None:
            return
        preview = dialog.preview
        draft, plan, settings = preview.draft, preview.plan, preview.settings
        if draft is None or plan is None:
            return
        out, knows = preview.out, preview.knows.isChecked() and not preview.knows.isHidden()
        releases = self._desk.releases
        dialog.show_running(self.tr("Making the release copy"), has_steps=True)
        job = self._start(
            lambda progress, cancel: releases.make(
                draft, plan, settings, out, knows_open=knows, cancel=cancel, progress=progress),
            self.tr("Writing the release copy of {name}").format(name=words.short(self._name)),
        )
        job.succeeded.connect(self._on_delivered)
        job.failed.connect(self._on_failed)

    def _on_delivered(self, done: Delivered) -> None:
        text = self.tr("The release copy is written: {path}")
        self._problems.tell(text.replace("{path}", isolated(done.path)))
        if self._dialog is not None:
            self._dialog.result.show_delivered(done)
            self._dialog.show_result()

    def _on_failed(self, error: ReviewError) -> None:
        dialog = self._dialog
        if not isinstance(error, Cancelled):
            self._problems.report(error, self._name)
        if dialog is None or not dialog.isVisible():
            if isinstance(error, Cancelled):  # Esc closes the window: nobody may take it for done
                text = self.tr("The release copy of {name} was stopped; no file was written.")
                self._problems.tell(text.format(name=words.short(self._name)))
            return
        draft = dialog.preview.draft
        pages = {s.id: s.page for s in draft.marks} if draft is not None else {}
        dialog.result.show_error(error, lambda mark: pages.get(mark, 0))
        dialog.show_result()

    def _start(self, work: Callable[..., object], title: str) -> Job:
        job = self._job = self._bridge.run(work, title)
        if self._dialog is not None:
            job.progressed.connect(self._dialog.running.show_progress)
        job.finished.connect(self._on_finished)
        return job

    def _on_finished(self) -> None:
        self._job = None
        self._follow()

    def _stop(self) -> None:
        if self._job is not None and self._dialog is not None:
            self._job.cancel()
            self._dialog.running.show_stopping()

    # -- places ------------------------------------------------------------------------------------------

    def _show_span(self, span_id: str) -> None:
        self._current.show_document(self._document_id)
        self._current.select([span_id])

    def _show_elsewhere(self, place: Elsewhere) -> None:
        self._current.show_document(self._document_id)
        self._go_to_page(place.page)
        self._current.want_place(place.page, place.rect)

    def _mark_too(self, places: Sequence[Elsewhere]) -> None:
        """Another plan is read as soon as the marks are there."""
        draft = self._dialog.preview.draft if self._dialog is not None else None
        if draft is not None:
            self._attempt(lambda: self._desk.releases.mark_too(draft, places))

    def _show_place(self, place: Place) -> None:
        self._current.show_document(self._document_id)
        if place.mark:
            self._current.select([place.mark])
        if place.page and (place.rect is not None or not place.mark):
            self._go_to_page(place.page)
            if place.rect is not None:
                self._current.want_place(place.page, place.rect)
