"""Printing from the window: which printer and pages, then a job. Qt's printing is loaded when wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from review_app.domain.display import isolated, ranges, safe_stem
from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.rows import DocumentRow, PageRow, SpanRow
from review_app.ui import words
from review_app.ui.bridge import Bridge, ProgressFn
from review_app.ui.current import Current
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from review_app.review.desk import Desk
    from review_app.review.printing import Band


class Printing(QObject):
    """Asks for printer and pages and prints the shown document, as it is or with its spans."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._problems = problems
        self._window = window

    def ask(self, current_page: int, *, with_spans: bool) -> None:
        """Ask for a printer and pages, then print. Opens without blocking; a cancel does nothing."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        document = self._current.document
        if document is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setCreator("Review App")
        printer.setDocName(safe_stem(document.name))
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print with spans") if with_spans else self.tr("Print"))
        option = QPrintDialog.PrintDialogOption
        dialog.setOptions(option.PrintToFile | option.PrintPageRange | option.PrintCurrentPage
                          | option.PrintCollateCopies | option.PrintShowPageSize)
        dialog.setMinMax(1, max(1, document.page_count))
        spans = self._current.spans if with_spans else None
        dialog.accepted.connect(lambda: self.start(printer, document, current_page, spans))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # QPrintDialog's own wants a slot by its name

    def start(
        self, printer: QPrinter, document: DocumentRow, current_page: int,
        spans: Sequence[SpanRow] | None = None,
    ) -> None:
        """Print on ``printer``, with ``spans`` unless None. It goes on in the background."""
        from review_app.ui.paper import Task, print_pages

        rows = self._desk.pages(document.id)
        pages = tuple(rows[n - 1] for n in chosen_pages(printer, len(rows), current_page))
        on_page: dict[int, list[SpanRow]] = {}
        for span in spans or ():
            on_page.setdefault(span.page, []).append(span)
        task = Task(pages, on_page, self._foot(document) if spans is not None else "")
        name, path = words.short(isolated(document.name)), printer.outputFileName()
        desk = self._desk

        def bands(page: PageRow, scale: float, cancel: threading.Event) -> Iterator[Band]:
            return desk.printing.bands(document.id, page.number, (page.width, page.height), scale, cancel)

        def work(progress: ProgressFn, cancel: threading.Event) -> Any:
            desk.printing.record(document.id)
            try:
                return print_pages(printer, task, bands, progress, cancel)
            except ReviewError:
                if path:  # half a file would pass for a whole one
                    Path(path).unlink(missing_ok=True)
                raise

        job = self._bridge.run(work, self.tr("Printing {name}").format(name=name))
        job.succeeded.connect(lambda done: self._tell(done, name, path))
        job.failed.connect(lambda error: self._on_failed(error, name))

    def _tell(self, done: Any, name: str, path: str) -> None:
        if done.failed:
            self._problems.report(ReviewError(
                self.tr("Pages that could not be drawn were printed as a line that says so: {pages}").format(
                    pages=ranges(sorted(done.failed))),
                why=self.tr("they are damaged, or took too long"), todo=self.tr("Print these pages again"),
            ), name)
        where = self.tr("{name} is printed to {path}: {pages}") if path else self.tr(
            "{name} went to the printer: {pages}")
        if not done.failed:
            pages = words.page_count(done.pages)
            self._problems.tell(where.format(name=name, path=isolated(path), pages=pages))

    def _on_failed(self, error: ReviewError, name: str) -> None:
        if isinstance(error, Cancelled):
            self._problems.tell(self.tr("Printing of {name} was stopped.").format(name=name))
        else:
            self._problems.report(error, name)

    def _foot(self, document: DocumentRow) -> str:
        text = self.tr("{name} · page {page} of {count} · marks are the reading of {actor}, {date}, not an "
                       "agency's determination")
        # Replaced one after the other: a file name may hold braces.
        for key, value in {
            "{count}": str(document.page_count), "{date}": datetime.now(UTC).strftime("%Y-%m-%d"),
            "{actor}": words.short(isolated(self._desk.actor), 30),
            "{name}": words.short(isolated(document.name), 50),
        }.items():
            text = text.replace(key, value)
        return text


def chosen_pages(printer: QPrinter, count: int, current_page: int) -> list[int]:
    """The pages that the dialog says, from 1, in the order they are printed."""
    kind = type(printer).PrintRange
    if printer.printRange() == kind.CurrentPage:
        pages = [current_page]
    elif printer.printRange() == kind.PageRange:
        wanted = printer.pageRanges()
        parts = [(r.from_, r.to) for r in wanted.toRangeList()] if not wanted.isEmpty() else [
            (printer.fromPage(), printer.toPage())]
        pages = [n for first, last in parts for n in range(max(1, first), min(count, last) + 1)]
    else:
        pages = list(range(1, count + 1))
    pages = [n for n in pages if 1 <= n <= count]
    if printer.pageOrder() == type(printer).PageOrder.LastPageFirst:
        pages.reverse()
    return pages
