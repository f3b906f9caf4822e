"""What the window shows now: the documents, the one that is open, its spans and record, what is selected.

One reader for all views. Panels and the page view never talk to each other and never ask the desk for
rows themselves: they listen here. Rows are read again only when ``Changes`` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from review_app.domain import crosscheck
from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.display import isolated
from review_app.domain.geometry import Rect, same_place
from review_app.domain.rows import CaseRow, DocumentRow, LogRow, RecordRow, SpanRow
from review_app.domain.vocabulary import Status
from review_app.ui.differences import differences, remember
from review_app.ui.touched import touched

if TYPE_CHECKING:
    from review_app.review.changes import Changes
    from review_app.review.desk import Desk

CHECK_AT_ONCE = 1_000
"""Spans up to which what does not fit together is said within the key press; beyond, when the hand rests."""

CHECK_AFTER_MS = 150
"""That moment, in milliseconds."""

FEW = 8
"""So many changed documents are read one by one; more with all others in one go."""


def _place(span: SpanRow) -> tuple[int, float, float]:
    """Spans are listed by page and place, as the desk lists them."""
    return (span.page, span.rects[0].y0, span.rects[0].x0) if span.rects else (span.page, 0.0, 0.0)


def _checked(span: SpanRow) -> tuple[object, ...]:
    return span.id, span.page, span.status is Status.REJECTED, tuple(c.code for c in span.codes)


class Lens(Protocol):
    """Another way to see documents: as they were, or without what others found."""

    def spans(self, document_id: str) -> Sequence[SpanRow]:
        """The spans to show of a document, by page and place."""

    def record(self, document_id: str) -> Sequence[RecordRow]:
        """The record fields to show of a document."""


class Current(QObject):
    """The read model of the window. Signals carry rows or ids, never widgets."""

    documents_changed = Signal(object)
    """The documents of the workspace: tuple of DocumentRow."""
    document_changed = Signal(object)
    """Another document is shown: its row or None. Spans and record follow in their own signals."""
    document_refreshed = Signal(object)
    """The row of the shown document is another now: its scan went on, its counts changed."""
    pages_changed = Signal(object)
    """The sizes of the pages of the shown document are known better now: its pages."""
    spans_changed = Signal(object)
    """The spans of the shown document: tuple of SpanRow."""
    record_changed = Signal(object)
    """The record of the shown document: tuple of RecordRow."""
    selection_changed = Signal(object)
    """The selected spans: tuple of ids, in the order they were selected."""
    place_wanted = Signal(int, object)
    """Somebody wants to see this page and rectangle."""
    fields_wanted = Signal(object)
    """Somebody wants to see these fields of the record: tuple of ids."""
    limits_changed = Signal(object)
    """The limits of the bands are others now."""
    warnings_changed = Signal(object)
    """What does not fit together in the shown document, as it stands: tuple of texts."""
    log_changed = Signal()
    lens_changed = Signal(object)
    """Documents are shown through another lens now, or as they are: Lens or None."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._lens: Lens | None = None
        self._recorded: tuple[DocumentRow, ...] = ()
        self.documents: tuple[DocumentRow, ...] = ()
        self.waiting: frozenset[str] = frozenset()
        """Ids of the documents with undecided spans, those that a limit hides included."""
        self.cases: tuple[CaseRow, ...] = ()
        self.removed: tuple[DocumentRow, ...] = ()
        """Documents that were taken out of the review and can be put back."""
        self.document: DocumentRow | None = None
        self.limits = DEFAULT
        self.all_spans: tuple[SpanRow, ...] = ()
        self.spans: tuple[SpanRow, ...] = ()
        """Those of ``all_spans`` that are sure enough to be shown, or that a person touched."""
        self.warnings: tuple[str, ...] = ()
        self.record: tuple[RecordRow, ...] = ()
        self.selected_ids: tuple[str, ...] = ()
        self._spans_by_id: dict[str, SpanRow] = {}
        self._order: dict[str, int] | None = None
        self._waits = 0
        self._is_untold = False
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(CHECK_AFTER_MS)
        self._check_timer.timeout.connect(self._check)

    @property
    def selected(self) -> tuple[SpanRow, ...]:
        """The selected spans as rows."""
        return tuple(self._spans_by_id[i] for i in self.selected_ids if i in self._spans_by_id)

    @property
    def undecided(self) -> tuple[SpanRow, ...]:
        """The spans of the shown document that wait for a person."""
        return tuple(s for s in self.spans if s.is_undecided)

    def next_undecided(self, at: int, by: int) -> SpanRow | None:
        """The nearest undecided span behind number ``at`` of :attr:`spans`, going on (1) or back (-1)."""
        behind = range(at + 1, len(self.spans)) if by > 0 else range(min(at, len(self.spans)) - 1, -1, -1)
        return next((self.spans[i] for i in behind if self.spans[i].is_undecided), None)

    @property
    def order(self) -> dict[str, int]:
        """Span id to its number in :attr:`spans`, from 0."""
        if self._order is None:
            self._order = {s.id: i for i, s in enumerate(self.spans)}
        return self._order

    @property
    def lens(self) -> Lens | None:
        """What is looked through; None while the document is shown as it is."""
        return self._lens

    def look_through(self, lens: Lens | None) -> None:
        """Show documents as ``lens`` has them, None for as they are."""
        self._lens = lens
        self.selected_ids = ()
        self._read_spans()
        self._read_record()
        self._check()
        self.lens_changed.emit(lens)

    def set_limits(self, limits: Limits) -> None:
        """Move the limits of the bands; nothing is recorded or removed by that."""
        if limits != self.limits:
            self.limits = limits
            self.limits_changed.emit(limits)
            self._show_spans()
            self._merge_documents()

    def has_undecided(self, document_id: str) -> bool:
        """True when a document has a span that is shown and waits for a person."""
        if self.limits.shown <= 0:
            return any(d.id == document_id and d.undecided_count for d in self.documents)
        return any(s.is_undecided and self.limits.shows(s) for s in self._desk.spans(document_id))

    def span(self, span_id: str) -> SpanRow | None:
        """A span of the shown document."""
        return self._spans_by_id.get(span_id)

    def documents_of(self, entry: LogRow) -> str:
        """The names of the documents that an entry of the log is about, empty when it is about none."""
        return ", ".join(self.document_name(i) for i in self._desk.history.documents_of(entry))

    def document_name(self, document_id: str) -> str:
        """A document's file name as it is shown; the id of one that the workspace never had whole."""
        known = (d for d in (*self.documents, *self.removed) if d.id == document_id)
        return next((isolated(d.name) for d in known), document_id)

    def load(self) -> None:
        """Read everything anew, as at the start."""
        self._read_documents()
        self.log_changed.emit()

    def refresh(self, changes: Changes) -> None:
        """Read again what ``changes`` names."""
        open_id = self.document.id if self.document else ""
        may_differ = bool(changes.documents or changes.spans or changes.record)
        if changes.cases or not self._read_few(changes.documents | changes.spans):
            self._read_documents()
        elif changes.incoming or changes.documents or changes.spans:
            self._merge_documents()
        if self.document is not None and open_id == self.document.id:
            before, only = self.all_spans, changes.spans_of(open_id)
            if only and self._lens is None:
                self._read_some_spans(only)
            elif open_id in changes.spans or (open_id in changes.incoming and self.document.coming):
                self._read_spans()
            if open_id in changes.record:
                self._read_record()
            if open_id in changes.pages:
                self._read_pages()
            if only and open_id not in changes.record:
                may_differ = self._checks_differ(before)
        if may_differ and len(self.all_spans) > CHECK_AT_ONCE:
            self._check_timer.start()
        elif may_differ:
            self._check()
        if changes.log:
            self.log_changed.emit()

    def show_document(self, document_id: str | None) -> None:
        """Open a document on the page view; None closes it."""
        if document_id == (self.document.id if self.document else None):
            return
        found = self._desk.document(document_id) if document_id else None
        self.document = self._counted((found,))[0] if found is not None else None
        self.selected_ids = ()
        self.document_changed.emit(self.document)
        self._read_spans()
        self._read_record()
        self._check()
        self._tell_selection()

    def select(self, span_ids: Iterable[str]) -> None:
        """Select these spans of the shown document and no others."""
        wanted = tuple(i for i in dict.fromkeys(span_ids) if i in self._spans_by_id)
        if wanted != self.selected_ids:
            self.selected_ids = wanted
            self._tell_selection()

    @contextmanager
    def selecting_once(self) -> Iterator[None]:
        """What is selected is told once, at the end of the block, and only if it changed or has other rows.
        A step back changes a span and then selects it, and each telling costs a part of a frame."""
        self._waits += 1
        try:
            yield
        finally:
            self._waits -= 1
            if self._is_untold and not self._waits:
                self._tell_selection()

    def _tell_selection(self) -> None:
        self._is_untold = self._waits > 0
        if not self._is_untold:
            self.selection_changed.emit(self.selected_ids)

    def toggle(self, span_id: str) -> None:
        """Add a span to the selection, or take it out."""
        kept = [i for i in self.selected_ids if i != span_id]
        self.select(kept if span_id in self.selected_ids else [*kept, span_id])

    def want_place(self, page: int, rect: Rect) -> None:
        """Ask the page view to show a place."""
        self.place_wanted.emit(page, rect)

    def show_steps(self, entries: Sequence[LogRow]) -> None:
        """Go to what these entries changed: its document, its spans selected, its fields in the list."""
        documents = list(dict.fromkeys(d for e in entries for d in self._desk.history.documents_of(e)))
        if documents and (self.document is None or self.document.id not in documents):
            self.show_document(documents[0])
        found = touched(entries)
        if any(i in self._spans_by_id for i in found.spans):
            self.select(found.spans)
        elif found.place is not None:  # a mark that is gone again: show where it was
            self.want_place(*found.place)
        if found.fields:
            self.fields_wanted.emit(found.fields)

    def _read_documents(self) -> None:
        self._recorded = tuple(self._desk.documents())
        self.cases = tuple(self._desk.cases())
        self.removed = tuple(self._desk.filing.removed())
        self._merge_documents()

    def _read_few(self, ids: frozenset[str]) -> bool:
        """Read the rows of these documents alone; False when that is not enough, as one came or went. Reading
        all of thousands after each decision would cost more than the decision."""
        if len(ids) > FEW:
            return False
        at = {d.id: n for n, d in enumerate(self._recorded)}
        cases = {c.id for c in self.cases}
        rows = list(self._recorded)
        for document_id in ids:
            row = self._desk.document(document_id) if document_id in at else None
            if row is None or row.coming is not None or (row.case_id and row.case_id not in cases):
                return False
            rows[at[document_id]] = row
        self._recorded = tuple(rows)
        return True

    def _merge_documents(self) -> None:
        """What is recorded, then what is on its way in."""
        known = {d.id for d in self._recorded}
        coming = [d for d in self._desk.incoming.documents() if d.id not in known]
        self.waiting = frozenset(d.id for d in (*self._recorded, *coming) if d.undecided_count)
        self.documents = (*self._counted(self._recorded), *coming)
        self.documents_changed.emit(self.documents)
        if self.document is not None:
            found = next((d for d in self.documents if d.id == self.document.id), None)
            if found is None:
                self.show_document(None)
            elif found != self.document:
                was_coming, self.document = self.document.coming is not None, found
                self.document_refreshed.emit(found)
                if was_coming and found.coming is None:  # a page that cannot be read has another size then
                    self._read_pages()

    def _counted(self, rows: tuple[DocumentRow, ...]) -> tuple[DocumentRow, ...]:
        """The rows with the undecided spans that are shown: what a limit hides asks for nobody's decision."""
        if self.limits.shown <= 0:
            return rows
        hidden = self._desk.undecided_below(self.limits.shown)
        return tuple(
            replace(row, undecided_count=row.undecided_count - hidden[row.id]) if row.id in hidden else row
            for row in rows
        )

    def _read_pages(self) -> None:
        if self.document is not None:
            self.pages_changed.emit(tuple(self._desk.pages(self.document.id)))

    def _read_spans(self) -> None:
        source = self._desk if self._lens is None else self._lens
        rows: Sequence[SpanRow] = source.spans(self.document.id) if self.document else ()
        self.all_spans = tuple(rows)
        self._show_spans()

    def _read_some_spans(self, ids: Collection[str]) -> None:
        """Read these spans of the shown document again; all other rows stay the objects they are."""
        assert self.document is not None
        fresh = {s.id: s for s in self._desk.some_spans(self.document.id, ids)}
        if self.limits.shown <= 0 and fresh.keys() == set(ids) <= self._spans_by_id.keys() and all(
            _place(s) == _place(self._spans_by_id[i]) for i, s in fresh.items()
        ):  # the usual case: rows say something else where they stand
            before, found = self.all_spans, list(self.all_spans)
            places = sorted(self.order[span_id] for span_id in fresh)
            for at in places:
                found[at] = fresh[found[at].id]
            self.all_spans = tuple(found)
            remember(before, self.all_spans, [before[at] for at in places], [found[at] for at in places])
            self._show_spans(replaced=fresh)
            return
        places = [i for i, s in enumerate(self.all_spans) if s.id in ids]
        rows: list[SpanRow | None] = list(self.all_spans)
        is_in_order = True
        for i in places:
            old = self.all_spans[i]
            new = rows[i] = fresh.pop(old.id, None)
            is_in_order &= new is None or _place(new) == _place(old)
        left = [s for s in rows if s is not None] if any(rows[i] is None for i in places) else rows
        if fresh or not is_in_order:
            left = sorted([*left, *fresh.values()], key=_place)
        self.all_spans = tuple(left)
        self._show_spans()

    def _show_spans(self, replaced: dict[str, SpanRow] | None = None) -> None:
        """Tell the spans that are shown; ``replaced`` are those that changed where they stand, if no more
        did."""
        shows = self.limits.shows
        self.spans = self.all_spans if self.limits.shown <= 0 else \
            tuple(s for s in self.all_spans if shows(s))
        if replaced is None:
            before, self._spans_by_id = self._spans_by_id, {s.id: s for s in self.spans}
            self._order = None
            self.selected_ids = self._still_selected(before)
        else:  # all are still there
            self._spans_by_id.update(replaced)
        self.spans_changed.emit(self.spans)
        # A span may be gone (undone); what is left of the selection is told again, as its rows are new.
        self.selected_ids = tuple(i for i in self.selected_ids if i in self._spans_by_id)
        self._tell_selection()

    def _still_selected(self, before: dict[str, SpanRow]) -> tuple[str, ...]:
        """The selection over new rows: what was found early goes over to what is recorded in its place."""
        kept: dict[str, None] = {}
        for span_id in self.selected_ids:
            old = before.get(span_id)
            if span_id in self._spans_by_id:
                kept[span_id] = None
            elif old is not None and old.is_provisional:
                heir = next((s for s in self.spans if s.page == old.page and same_place(s.rects, old.rects)),
                            None)
                if heir is not None:
                    kept[heir.id] = None
        return tuple(kept)

    def _read_record(self) -> None:
        source = self._desk if self._lens is None else self._lens
        self.record = tuple(source.record(self.document.id)) if self.document else ()
        self.record_changed.emit(self.record)

    def _checks_differ(self, before: Sequence[SpanRow]) -> bool:
        """Whether anything that the cross-checks look at is different now."""
        gone, come = differences(before, self.all_spans)
        return sorted(map(_checked, gone)) != sorted(map(_checked, come))

    def _check(self) -> None:
        """Say anew what does not fit together: a decision may have ended or raised it."""
        self._check_timer.stop()
        stored = self.document.warnings if self.document is not None else ()
        is_in = self.document is not None and self.document.coming is None and self._lens is None
        found = crosscheck.again(stored, self.all_spans, self.record) if is_in else ()
        if found != self.warnings:
            self.warnings = found
            self.warnings_changed.emit(found)
