"""The window of the overview: what it shows, when it is read again, and its export."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from review_app.domain.display import shown
from review_app.domain.errors import ReviewError
from review_app.domain.rows import CaseRow, SpanRow
from review_app.domain.values import dataclass
from review_app.ui.bridge import Bridge, call_on_main_thread
from review_app.ui.current import Current
from review_app.ui.lenses import PastLens
from review_app.ui.problems import Problems
from review_app.ui.window_commands import WindowCommands

if TYPE_CHECKING:
    from review_app.domain.overview import Overview
    from review_app.review.changes import Changes
    from review_app.review.desk import Desk
    from review_app.ui.dialogs.overview import OverviewDialog

REREAD_MS = 250
"""Milliseconds after a change until the figures are made again: not within a key press."""
MANY_PAGES, SETTLED_MS = 500, 1_000
"""Beyond so many pages that takes a tenth of a second, which the next key press would share: it waits until
the hand rests."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the window is to show."""

    documents: tuple[str, ...]
    case: CaseRow | None = None
    spans: tuple[SpanRow, ...] | None = None
    seq: int | None = None


class OverviewCommands(WindowCommands):
    """Reads the figures again when what they are about has changed, and writes them to files."""

    came_or_went = Signal()
    """The window came up, or was closed."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems,
        go_to_page: Callable[[int], None], parent: QObject,
    ) -> None:
        super().__init__(desk, bridge, current, problems, go_to_page, parent)
        self._dialog: OverviewDialog | None = None
        self._scope = "document"
        self._reader: threading.Thread | None = None
        self._cancel = threading.Event()
        self._era = 0
        self._is_stopped = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._refresh)
        bridge.changed.connect(self._on_changes)
        current.document_changed.connect(lambda _row: self._refresh())
        current.lens_changed.connect(lambda _lens: self._refresh())

    @property
    def dialog(self) -> OverviewDialog | None:
        """The window, once it was wanted."""
        return self._dialog

    def show(self) -> None:
        """Bring the window to the front."""
        dialog = self._dialog
        if dialog is None:
            from review_app.ui.dialogs.overview import OverviewDialog  # not needed to start

            window = self._window()
            dialog = self._dialog = OverviewDialog(
                self._current.document_name, window.action_table["export.overview"], window)
            dialog.page_wanted.connect(self._show_page)
            dialog.scope_changed.connect(self._set_scope)
            dialog.export_wanted.connect(self.export)
            dialog.shown.connect(self._refresh)
            dialog.shown.connect(self.came_or_went)
            dialog.finished.connect(self.came_or_went)
            window.page.page_changed.connect(self._mark)
            window.parts.stopping.connect(self.stop)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        dialog.strip.setFocus()

    def export(self) -> None:
        """Ask for a file, and write the overview of the document, or of what the window shows, into it."""
        wanted = self._wanted()
        if not wanted.documents:
            return
        name = self._desk.overviews.name_of(wanted.documents, wanted.case)
        owner = self._dialog if self._dialog is not None and self._dialog.isVisible() else self._window()
        dialog = QFileDialog(owner, self.tr("Export the overview"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        kinds = {self.tr("Report (*.html)"): "html", self.tr("Picture (*.svg)"): "svg",
                 self.tr("Picture (*.png)"): "png"}
        dialog.setNameFilters(list(kinds))
        dialog.setDefaultSuffix("html")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(kinds[chosen]))
        dialog.setDirectory(str(self._desk.exports_folder))
        dialog.selectFile(f"{name}.html")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_to(self, out: Path) -> None:
        """Write the overview to a file, beside the work."""
        from review_app.reports.writing import writer_for

        wanted = self._wanted()
        try:
            write = writer_for(out)
        except ReviewError as error:
            self._problems.report(error)
            return
        job = self._bridge.run(
            lambda progress, cancel: self._desk.overviews.export(
                wanted.documents, out, write, case=wanted.case, progress=progress, cancel=cancel),
            self.tr("Exporting the overview"))
        job.succeeded.connect(lambda path: self._problems.tell(
            self.tr("The overview is written: {path}").format(path=shown(path))))
        job.failed.connect(self._problems.report)

    def stop(self) -> None:
        """Read nothing more: the window is closing, and the desk with it."""
        self._is_stopped = True
        self._later.stop()
        self._cancel.set()
        if self._reader is not None:
            self._reader.join(timeout=10.0)

    # -- what is shown -----------------------------------------------------------------------------------

    def _wanted(self) -> _Wanted:
        """What is to be shown now; no document while there is none to show."""
        document, lens = self._current.document, self._current.lens
        if document is None or document.coming is not None:
            return _Wanted(())
        seq = lens.seq if isinstance(lens, PastLens) else None
        case = self._case()
        if self._scope == "case" and case is not None:
            return _Wanted(tuple(self._documents_of(case)), case, None, seq)
        return _Wanted((document.id,), None, self._current.all_spans, seq)

    def _case(self) -> CaseRow | None:
        document = self._current.document
        return next((c for c in self._current.cases if document and c.id == document.case_id), None)

    def _documents_of(self, case: CaseRow) -> list[str]:
        return [d.id for d in self._current.documents if d.coming is None and d.case_id == case.id]

    def _is_hidden_from(self) -> bool:
        """True while a second look is shown: who looks must not see what others found."""
        lens = self._current.lens
        return lens is not None and not isinstance(lens, PastLens)

    def _set_scope(self, scope: str) -> None:
        self._scope = scope
        self._refresh()

    def _on_changes(self, changes: Changes) -> None:
        dialog = self._dialog
        if dialog is None or not dialog.isVisible() or self._is_stopped:
            return  # brought up to date when it is shown
        touched = changes.documents | changes.spans | changes.record | changes.pages | changes.incoming
        about = {d.document.id for d in dialog.overview.documents} if dialog.overview is not None else set()
        here = self._current.document
        if changes.cases or touched & about or (here is not None and here.id in touched) or (
            self._scope == "case" and touched
        ):
            pages = dialog.overview.page_count if dialog.overview is not None else 0
            self._later.start(REREAD_MS if pages <= MANY_PAGES else SETTLED_MS)

    def _refresh(self) -> None:
        """Make the figures anew, in a thread: thousands of pages take a part of a second, and somebody may be
        scrolling."""
        dialog = self._dialog
        if dialog is None or not dialog.isVisible() or self._is_stopped:
            return
        self._era += 1  # what is read just now is of no use any more
        self._cancel.set()
        if self._is_hidden_from():  # at once, whatever is being read
            dialog.set_scopes("", 0, self._scope)
            dialog.show_overview(None, self.tr("Hidden while a blind second look is shown."))
            return
        if self._reader is not None and self._reader.is_alive():
            self._later.start(REREAD_MS)
            return
        self._later.stop()
        case = self._case()
        dialog.set_scopes(shown(case.number) if case else "", len(self._documents_of(case)) if case else 0,
                          self._scope)
        wanted = self._wanted()
        if not wanted.documents:
            dialog.show_overview(None, self.tr("No document is open.") if self._current.document is None
                                 else self.tr("The document is still being read."))
            return
        era, desk, before = self._era, self._desk, dialog.overview
        cancel = self._cancel = threading.Event()
        note = self._note(wanted)

        def read() -> None:
            try:
                found: Overview | ReviewError = desk.overviews.of_documents(
                    wanted.documents, case=wanted.case, spans=wanted.spans, seq=wanted.seq, before=before,
                    cancel=cancel)
            except ReviewError as error:  # the disk is gone, say: the window tells it
                found = error
            call_on_main_thread(lambda: self._on_read(era, found, note))

        self._reader = threading.Thread(target=read, name="overview", daemon=True)
        self._reader.start()

    def _on_read(self, era: int, found: Overview | ReviewError, note: str) -> None:
        if not isValid(self) or self._is_stopped or era != self._era or self._dialog is None:
            return
        if isinstance(found, ReviewError):
            self._dialog.show_overview(None, str(found))
            return
        self._dialog.show_overview(found, note=note)
        if self._dialog.strip.current_page is None:
            self._mark()

    def _note(self, wanted: _Wanted) -> str:
        """What to know of the figures: the past, and what the desk does not show."""
        if wanted.seq is not None:
            return self.tr("As it was after entry {seq} of the log.").format(seq=wanted.seq)
        hidden = len(self._current.all_spans) - len(self._current.spans)
        if hidden and wanted.case is None:
            return self.tr("Counted with {count} suggestions that the limit of the list hides.").format(
                count=f"{hidden:,}")
        return ""

    def _mark(self, *_: object) -> None:
        document = self._current.document
        if self._dialog is not None and self._dialog.isVisible() and document is not None:
            self._dialog.mark(document.id, self._window().page.current_page)

    def _show_page(self, document_id: str, page: int) -> None:
        if any(d.id == document_id for d in self._current.documents):
            self._current.show_document(document_id)
            self._go_to_page(page)
