"""What the actions call: gathers plain values on the main thread and hands them to the use cases.

A command changes no view. The views change when ``Changes`` comes back over the bridge.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from review_app.domain.display import isolated, safe_stem
from review_app.domain.errors import LogDoesNotVerify, ReviewError
from review_app.domain.geometry import Rect
from review_app.domain.outline import Outline
from review_app.domain.rows import RecordRow, SpanRow
from review_app.domain.vocabulary import Origin, Verdict
from review_app.ui import limits_kept, settings, words
from review_app.ui.adding import Adding
from review_app.ui.bridge import Bridge, ProgressFn
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.document_commands import DocumentCommands
from review_app.ui.looking import Looking
from review_app.ui.mark_commands import MarkCommands
from review_app.ui.page_view.view import PageView
from review_app.ui.problems import Problems
from review_app.ui.settings_table import ADVANCE
from review_app.ui.typing import is_typing_in
from review_app.ui.windows_wanted import WindowsWanted

if TYPE_CHECKING:
    from review_app.review.desk import Desk


LIMIT_STEP = 0.05
"""How far one key press moves the limit of what is shown."""


class Commands(Looking, WindowsWanted):
    """One method per action of the table, and what the panels and the page ask for."""

    focus_wanted = Signal(str)
    """The keyboard goes to this part of the window."""
    window_wanted = Signal(str)
    """This dialog is to be shown: ``log``, ``problems``, ``shortcuts`` or ``about``."""
    dismiss_wanted = Signal()
    filter_wanted = Signal()
    quit_wanted = Signal()
    step_worked = Signal()
    """Something the user did is in the log."""
    overview_came_or_went = Signal()
    log_checked = Signal(object)
    """The log was verified: list of problems, empty when all is well."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems, page: PageView, ask: Ask,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._problems = problems
        self._page = page
        self._ask = ask
        self.adding = Adding(desk, bridge, problems, ask, self)
        self.adding.arrived.connect(self._show_arrived)
        self.adding.added.connect(self._on_added)
        current.document_changed.connect(lambda row: self.adding.show_document(row.id if row else ""))
        self.documents = DocumentCommands(desk, bridge, current, problems, ask, self.adding, self)
        self.documents.attempt = self.attempt
        self._may_mark = not desk.read_only
        self.marks = MarkCommands(desk, current, problems, page, ask, self.attempt, self)
        self.marks.focus_wanted.connect(self.focus_wanted)
        self._shows_next = False
        # The window fills these in: what the panels hold that a command needs.
        self.outline: Callable[[], Outline] = Outline
        self.beside: Callable[[], None] = lambda: None
        self.justification: Callable[[], str] = str
        self.fields: Callable[[], Sequence[RecordRow]] = tuple

    # File ---------------------------------------------------------------------------------------------

    def open_files(self) -> None:
        self._ask.files(self.add_files)

    def add_files(self, paths: Iterable[Path]) -> None:
        """Add files and folders; the first document that comes of them is shown, unless somebody types."""
        paths = list(paths)
        if paths and self._desk.read_only:
            self._problems.tell(self.tr("This workspace is opened read-only: no file can be added."))
        elif paths:
            self._shows_next = True
            self.adding.add(paths)

    def cancel_jobs(self) -> None:
        self.adding.cancel()
        for job in self._bridge.running:
            job.cancel()

    def print(self, *, with_spans: bool) -> None:
        """Print the shown document, as it is or with its spans."""
        self.printing.ask(self._page.current_page, with_spans=with_spans)

    def quit(self) -> None:
        self.quit_wanted.emit()

    # Edit ---------------------------------------------------------------------------------------------

    def undo(self) -> None:
        self._step_through_time(self._desk.history.undo)

    def redo(self) -> None:
        self._step_through_time(self._desk.history.redo)

    def select_all(self) -> None:
        self._current.select(s.id for s in self._current.spans)

    # View ---------------------------------------------------------------------------------------------

    def zoom_in(self) -> None:
        self._page.zoom_in()

    def zoom_out(self) -> None:
        self._page.zoom_out()

    def actual_size(self) -> None:
        self._page.set_zoom(100)

    def fit_width(self) -> None:
        self._page.fit_width()

    def fit_page(self) -> None:
        self._page.fit_page()

    def next_page(self) -> None:
        self._page.next_page()

    def previous_page(self) -> None:
        self._page.previous_page()

    def go_to_page(self) -> None:
        document = self._current.document
        if document is not None:
            now = self.outline().label(self._page.current_page) or str(self._page.current_page)
            self._ask.page(now, self._page.page_count, self.outline().labels, self._go_to)

    def toggle_undecided_only(self) -> None:
        self.filter_wanted.emit()

    def show_fewer(self) -> None:
        self._current.set_limits(self._current.limits.with_shown(self._current.limits.shown + LIMIT_STEP))

    def show_more(self) -> None:
        self._current.set_limits(self._current.limits.with_shown(self._current.limits.shown - LIMIT_STEP))

    def reset_limits(self) -> None:
        self._current.set_limits(limits_kept.start())

    def focus(self, part: str) -> None:
        self.focus_wanted.emit(part)

    def show_problems(self) -> None:
        self.window_wanted.emit("problems")

    def dismiss_message(self) -> None:
        self.dismiss_wanted.emit()

    # Mark ---------------------------------------------------------------------------------------------

    def use_tool(self, name: str) -> None:
        self._page.set_tool(name)
        if name == "draw":
            self.focus_wanted.emit("page")

    def draw(self, page: int, rect: Rect) -> None:
        document = self._current.document
        if document is not None and document.coming is not None:
            self._problems.tell(self.tr("Marks can be drawn when the whole document has been scanned."))
        elif document is not None and not self.together.blind.draw(page, rect):
            span_id = self._desk.marking.draw(document.id, page, [rect])
            self._current.select([span_id])

    def copy_text(self) -> None:
        text = self._page.selected_text
        if text is None:
            self._problems.tell(self.tr("The words there are still being read. Copy again in a moment."))
        elif text:
            QGuiApplication.clipboard().setText(text)

    def mark_text(self) -> None:
        """The selected text becomes marks, one on each page, in one step."""
        document, areas = self._current.document, self._page.selected_areas
        if document is not None and areas:
            ids = self._desk.marking.draw_all(document.id, areas)
            self._page.text_tool.clear()
            self._current.select(ids)

    def cite(self, ids: Iterable[str], codes: Sequence[str]) -> None:
        self._desk.marking.cite(list(ids), list(codes))

    def remove(self) -> None:
        if not self.together.blind.remove():
            self._desk.marking.remove(self._current.selected_ids)

    # Review -------------------------------------------------------------------------------------------

    def next_undecided(self) -> None:
        self._step_undecided(1)

    def previous_undecided(self) -> None:
        self._step_undecided(-1)

    def next_span(self) -> None:
        self._step_span(self._current.spans, 1)

    def previous_span(self) -> None:
        self._step_span(self._current.spans, -1)

    def confirm(self) -> None:
        self._desk.marking.confirm(self._current.selected_ids)
        self._go_on("found")

    def reject(self) -> None:
        self._desk.marking.reject(self._found_ids())
        self._go_on("found")

    def reopen(self) -> None:
        self._desk.marking.reopen(self._found_ids())

    def decide(self, verdict: Verdict) -> None:
        self._desk.decisions.decide(self._current.selected_ids, verdict, self.justification())
        self._go_on("decided")

    def confirm_field(self) -> None:
        self._desk.record_fields.confirm([f.id for f in self.fields()])

    def reject_field(self) -> None:
        self._desk.record_fields.reject([f.id for f in self.fields()])

    def correct_field(self) -> None:
        chosen = self.fields()
        if len(chosen) == 1:
            self._ask.value(words.of(chosen[0].field), chosen[0].value, lambda text: self.attempt(
                lambda: self._desk.record_fields.correct(chosen[0].id, text)))

    # Export and log -----------------------------------------------------------------------------------

    def export_annotated(self) -> None:
        self._export(None)

    def export_annotated_as(self) -> None:
        document = self._current.document
        if document is not None:
            name = f"{safe_stem(document.name)}.annotated.pdf"
            self._ask.save_pdf(self._desk.exports_folder / name, self._export)

    def show_log(self) -> None:
        self.window_wanted.emit("log")

    def verify_log(self) -> None:
        """Verify because the user asked: the answer is said also when all is well."""
        self._verify(is_asked=True)

    def check_log(self) -> None:
        """Verify as at every start: only trouble is worth a word."""
        self._verify(is_asked=False)

    # Help ---------------------------------------------------------------------------------------------

    def show_shortcuts(self) -> None:
        self.window_wanted.emit("shortcuts")

    def show_about(self) -> None:
        self.window_wanted.emit("about")

    # --------------------------------------------------------------------------------------------------

    def attempt(self, call: Callable[[], object]) -> bool:
        """Do something that may be refused; a refusal goes to the message bar. True when it was done."""
        before = self._desk.history.head().seq
        try:
            call()
        except ReviewError as error:
            self._problems.report(error, passes=True)
            return False
        if self._desk.history.head().seq != before:
            self.step_worked.emit()
        return True

    def _go_to(self, text: str) -> None:
        page = self.outline().page_of(text, self._page.page_count)
        if page is not None:
            self._page.go_to_page(page)
        elif text.strip():
            self._problems.tell(self.tr("There is no page {text}. Its pages are 1 to {count}.").format(
                text=words.short(isolated(text.strip()), 30), count=self._page.page_count))

    def _verify(self, *, is_asked: bool) -> None:
        history = self._desk.history
        job = self._bridge.run(
            # At the start only the log: reading every original would take minutes in a large workspace.
            lambda _progress, _cancel: [*history.verify(), *(history.check_originals() if is_asked else ())],
            self.tr("Verifying the audit log"),
        )
        job.succeeded.connect(self.log_checked)
        job.succeeded.connect(lambda problems: self._tell_check(problems, is_asked=is_asked))
        job.failed.connect(self._problems.report)

    def _tell_check(self, problems: Sequence[object], *, is_asked: bool) -> None:
        if problems:
            self._problems.report(LogDoesNotVerify(
                self.tr("The audit log does not verify; problems found: {count}").format(count=len(problems)),
                why=self.tr("something was changed outside the program, or the file is damaged"),
                todo=self.tr("Look at them in the audit log under Verify now, and compare with a backup"),
            ))
        elif is_asked:
            self._problems.tell(self.tr(
                "The log verifies: {count} entries; all tables are as their history says, and every original "
                "is as it came in."
            ).format(count=self._desk.history.head().seq))

    def _step_through_time(self, step: Callable[[], object]) -> None:
        """Undo or redo, and go to what it changed: it may be in another document or far from here."""
        before = self._desk.history.head().seq
        with self._current.selecting_once():
            step()
            count = self._desk.history.head().seq - before
            if count > 0:
                entries = self._desk.history.log(limit=count)
                self._current.show_steps([e for e in entries if e.reverts is not None])

    def _go_on(self, after: str) -> None:
        """Go to the next undecided span where the settings say so."""
        if settings.get(ADVANCE) in (after, "both") and self._current.waiting:
            self.next_undecided()

    def _found_ids(self) -> list[str]:
        return [s.id for s in self._current.selected if s.origin is Origin.AGENCY]

    def _export(self, out: Path | None) -> None:
        document = self._current.document
        if document is None:
            return
        document_id = document.id
        name = isolated(document.name)

        def work(progress: ProgressFn, cancel: threading.Event) -> Path:
            return self._desk.exporting.annotated(document_id, out, progress=progress, cancel=cancel)

        job = self._bridge.run(work, self.tr("Writing the annotated copy of {name}").format(
            name=words.short(name)))
        job.succeeded.connect(lambda path: self._problems.tell(
            self.tr("The annotated copy is written: {path}").format(path=isolated(path))))
        job.failed.connect(lambda error: self._problems.report(error, name))

    def _on_added(self, document_id: str, was_known: bool) -> None:
        if was_known:
            row = self._desk.document(document_id)
            self._problems.tell(self.tr("{name} was in the workspace already").format(
                name=isolated(row.name) if row else document_id))
            self._shows_next |= self._current.document is None  # it was looked at under another id till now
            self._show_arrived(document_id)

    def _show_arrived(self, document_id: str) -> None:
        shows, self._shows_next = self._shows_next, False
        if shows and not is_typing_in(self._page):
            self._current.show_document(document_id)

    def _step_span(self, spans: Sequence[SpanRow], by: int) -> None:
        """The next one of ``spans`` after what is selected, round at the ends."""
        if not spans:
            return
        order = self._current.order
        chosen = [order[i] for i in self._current.selected_ids if i in order]
        if not chosen:
            self._current.select([spans[0 if by > 0 else -1].id])
            return
        at = max(chosen) if by > 0 else min(chosen)
        # The list is in the order of the document: half a page of it, or ten thousand spans.
        if by > 0:
            place = bisect_right(spans, at, key=lambda s: order[s.id])
        else:
            place = bisect_left(spans, at, key=lambda s: order[s.id]) - 1
        self._current.select([spans[place % len(spans)].id])

    def _step_undecided(self, by: int) -> None:
        """The next undecided span; behind the last one of a document the search goes on in the next."""
        order = self._current.order
        chosen = [order[i] for i in self._current.selected_ids if i in order]
        at = (max(chosen) if by > 0 else min(chosen)) if chosen else (-1 if by > 0 else len(order))
        here = self._current.next_undecided(at, by)
        if here is not None:
            self._current.select([here.id])
            return
        ids = [d.id for d in self._current.documents]
        shown_id = self._current.document.id if self._current.document else None
        start = ids.index(shown_id) if shown_id in ids else -1
        turn = [*ids[start + 1:], *ids[:start + 1]] if by > 0 else [*ids[:start][::-1], *ids[start:][::-1]]
        waiting = self._current.waiting
        target = next((i for i in turn if i in waiting and self._current.has_undecided(i)), None)
        if target is None and waiting:
            self._problems.tell(self.tr(
                "All spans that are left to decide are hidden: they lie below the limit to be shown."))
        if target is not None:
            self._current.show_document(target)
            found = self._current.undecided
            if found:
                self._current.select([found[0 if by > 0 else -1].id])
