"""What the actions about whole documents call: which one is shown, scan again, remove, put back, file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from review_app.domain.display import isolated
from review_app.domain.rows import DocumentRow
from review_app.domain.vocabulary import Field, FieldStatus
from review_app.ui import words
from review_app.ui.adding import Adding
from review_app.ui.bridge import Bridge, ProgressFn
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.review.rescan import Rescanned


class DocumentCommands(QObject):
    """The part of the commands that is about documents as a whole."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, problems: Problems, ask: Ask, adding: Adding,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._problems = problems
        self._ask = ask
        self._adding = adding
        self.attempt: Callable[[Callable[[], object]], bool] = lambda call: bool(call())
        """Does what may be refused; the commands fill this in."""
        self.rescans: set[str] = set()
        """Recorded documents that are being scanned again."""
        # The window fills these in: what is selected in the list of documents.
        self.selected: Callable[[], Sequence[str]] = tuple
        self.removed: Callable[[], Sequence[str]] = tuple
        self.neighbour: Callable[[Sequence[str]], str] = lambda _ids: ""

    def next(self) -> None:
        """Show the next document."""
        self._step(1)

    def previous(self) -> None:
        """Show the document before."""
        self._step(-1)

    def scan_again(self) -> None:
        """Try a failed scan once more, or scan a recorded document anew and say what is different."""
        document = self._current.document
        if document is None:
            return
        if document.coming is not None:
            self._adding.try_again(document.id)
        elif document.id not in self.rescans:
            self._rescan(document.id, isolated(document.name))

    def drop(self) -> None:
        """Do not add the shown document after all."""
        document = self._current.document
        if document is not None and document.coming is not None:
            self._adding.drop(document.id)

    def remove(self) -> None:
        """Take the selected documents out of the review, or the shown one; undo brings them back."""
        rows = [d for d in self._chosen() if d.coming is None and d.id not in self.rescans]
        busy = [d for d in self._chosen() if d.coming is not None or d.id in self.rescans]
        ids = [d.id for d in rows]
        if busy:
            self._problems.tell(self.tr("What is being scanned cannot be removed: stop its scan first."))
        if not ids:
            return
        shown_id = self._current.document.id if self._current.document else ""
        next_id = self.neighbour(ids) if shown_id in ids else shown_id
        self._desk.filing.remove(ids)
        self._current.show_document(next_id or None)
        text = self.tr("{name} was removed. Undo brings it back; so does adding its file again.")
        if len(rows) > 1:
            text = self.tr("{count} documents were removed. Undo brings them back.")
        self._problems.tell(text.format(name=words.short(isolated(rows[0].name)), count=len(rows)))

    def restore(self) -> None:
        """Put the selected removed documents back, or all of them when none is selected; show the first."""
        ids = list(self.removed()) or [d.id for d in self._current.removed]
        if ids:
            self._desk.filing.restore(ids)
            self._current.show_document(ids[0])

    def file_under(self) -> None:
        """Ask for a case number and file the selected documents, or the shown one, under it."""
        ids = [d.id for d in self._chosen() if d.coming is None]
        if not ids:
            return
        cases = {c.id: c.number for c in self._current.cases}
        held = {cases.get(d.case_id or "", "") for d in self._chosen()}
        now = held.pop() if len(held) == 1 else ""
        self._ask.case(len(ids), now, self._printed_case(ids) if not now else "", sorted(cases.values()),
                       lambda number: self.attempt(lambda: self._desk.filing.file_under(ids, number)))

    def _printed_case(self, ids: list[str]) -> str:
        """The case number that stands on the shown document, when it is among these."""
        shown = self._current.document
        if shown is None or shown.id not in ids:
            return ""
        return next((f.value for f in self._current.record
                     if f.field is Field.CASE_ID and f.status is not FieldStatus.REJECTED), "")

    def _chosen(self) -> list[DocumentRow]:
        """The documents an action is about: those selected in the list when several are, else the shown."""
        ids = list(self.selected())
        if len(ids) < 2:
            return [self._current.document] if self._current.document is not None else []
        wanted = set(ids)
        return [d for d in self._current.documents if d.id in wanted]

    def _rescan(self, document_id: str, name: str) -> None:
        def work(progress: ProgressFn, cancel: threading.Event) -> Rescanned:
            return self._desk.rescanning.again(document_id, progress=progress, cancel=cancel)

        self.rescans.add(document_id)
        job = self._bridge.run(work, self.tr("Scanning {name} again").format(name=words.short(name)))
        for signal in (job.succeeded, job.failed):
            signal.connect(lambda _outcome: self.rescans.discard(document_id))
        job.succeeded.connect(lambda done: self._problems.tell(
            self.tr("{name} scanned again: {what}").format(name=name, what=done.in_words())))
        job.failed.connect(lambda error: self._problems.report(error, name))

    def _step(self, by: int) -> None:
        ids = [d.id for d in self._current.documents]
        if not ids:
            return
        here = self._current.document
        at = ids.index(here.id) + by if here is not None and here.id in ids else 0
        self._current.show_document(ids[at % len(ids)])
