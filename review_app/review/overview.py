"""Where the withholding is, in a document or a case; and the export of that."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from review_app import __version__
from review_app.domain.display import safe_stem
from review_app.domain.errors import Cancelled, InputRefused, RuleBroken
from review_app.domain.overview import DocumentFigures, Overview, document_figures, together
from review_app.domain.overview_report import OverviewReport, Writer
from review_app.domain.rows import CaseRow, DocumentRow, Progress, SpanRow
from review_app.domain.vocabulary import FieldStatus, Status
from review_app.review.changes import Changes
from review_app.review.dispositions import Dispositions
from review_app.review.forms import Row, new_id, now
from review_app.review.outgoing import no_place, outgoing
from review_app.review.session import Session
from review_app.store.journal import Change

KIND = "overview"
"""What an exported overview is called in the table ``exports``."""
READS = 3
"""How often the figures are read again when somebody changed something meanwhile."""


class Overviews:
    """Measures what is stored; nothing here changes it. An export is an entry of the log."""

    def __init__(self, session: Session, dispositions: Dispositions) -> None:
        self._session = session
        self._dispositions = dispositions
        self._writing = threading.Lock()

    def of_documents(
        self, document_ids: Sequence[str], *, case: CaseRow | None = None,
        spans: Sequence[SpanRow] | None = None, seq: int | None = None, before: Overview | None = None,
        progress: Callable[[Progress], None] | None = None, cancel: threading.Event | None = None,
    ) -> Overview:
        """Figures of these documents, in this order; those that are not there (any more) are left out.

        Args:
            document_ids: which.
            case: what they are all of, when they are.
            spans: all spans of the document, where the caller has them already; only for a single one.
            seq: as it was after this entry of the log; None for now.
            before: figures from before: pages that are as they were are not measured again.
            progress: told after each document.
            cancel: stops between two documents.

        Raises:
            Cancelled: ``cancel`` was set.
            EnvironmentProblem: the workspace cannot be read.
        """
        found: list[DocumentFigures] = []
        known = {d.document.id: d for d in before.documents} if before is not None else {}
        for done, document_id in enumerate(document_ids):
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            if progress is not None:
                progress(Progress(done, len(document_ids), "measuring"))
            figures = self._document(
                document_id, spans if len(document_ids) == 1 else None, seq, known.get(document_id))
            if figures is not None:
                found.append(figures)
        return together(found, case, self._numbers([d.document for d in found]))

    def of_case(self, case_id: str) -> Overview:
        """Figures of all documents of a case.

        Raises:
            RuleBroken: there is no such case.
        """
        return self.of_documents(self.documents_of(case_id), case=self._case(case_id))

    def documents_of(self, case_id: str) -> list[str]:
        """The ids of a case's documents, in the order they came in."""
        return [d.id for d in self._session.workspace.queries.documents() if d.case_id == case_id]

    def name_of(self, document_ids: Sequence[str], case: CaseRow | None = None) -> str:
        """A file name without its end for the export of these: free of anything a file system minds."""
        if case is not None:
            number = case.number.replace("/", "-").replace("\\", "-")  # nothing of it is a folder
            return f"{safe_stem(f'case {number}.x')}.overview"
        first = self._session.workspace.queries.document(document_ids[0]) if document_ids else None
        return f"{safe_stem(first.name) if first is not None else 'documents'}.overview"

    def export(
        self, document_ids: Sequence[str], out: Path, write: Writer, *, case: CaseRow | None = None,
        with_notes: bool = False, progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Write an overview of these documents and return its path. Blocks; call it from a job.

        The file carries the head of the log as it was before the entry of this export; that entry holds, for
        each document, the SHA-256 of the file. A file of that name is replaced, once all is well.

        Args:
            document_ids: which.
            out: the file.
            write: the form of it.
            case: what they are all of, when they are.
            with_notes: with the notes and justifications of spans; internal notes never go out.
            progress: told how far it is.
            cancel: stops it; nothing is left of the file.

        Raises:
            RuleBroken: none of the documents is there, or the acting person changes nothing.
            InputRefused: ``out`` lies among the originals.
            UsageError: ``out`` is there and no file.
            EnvironmentProblem: the file or the log cannot be written.
            Cancelled: ``cancel`` was set.
        """
        target = out.absolute()
        self._must_not_be_an_original(target)
        # One after the other: two to the same name would take the unfinished file from one another.
        with self._writing:
            report = self._report(document_ids, case, with_notes, progress, cancel)
            if not report.overview.documents:
                raise RuleBroken("There is no document to show", todo="Open a file first")
            self._write(report, target, write, cancel)
        return target

    def _write(
        self, report: OverviewReport, target: Path, write: Writer, cancel: threading.Event | None
    ) -> None:
        with outgoing(target, None) as part:
            try:
                write(report, part)
                with part.open("r+b") as file:
                    os.fsync(file.fileno())
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise no_place(target, error) from error
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            ids = [d.document.id for d in report.overview.documents]
            rows: list[Row] = [{
                "id": new_id("ex"), "document_id": document_id, "kind": KIND, "path": str(target),
                "sha256": sha256, "head_seq": report.head.seq, "head_hash": report.head.hash,
                "at": report.made_at,
            } for document_id in ids]
            # Before the file takes its name: no report goes out that the log does not know.
            self._session.commit(
                "export.overview", [Change("exports", str(row["id"]), None, row) for row in rows],
                Changes(exports=frozenset(ids)),
            )

    def _report(
        self, document_ids: Sequence[str], case: CaseRow | None, with_notes: bool,
        progress: Callable[[Progress], None] | None, cancel: threading.Event | None,
    ) -> OverviewReport:
        """All of it as of one entry of the log, as far as others let us: what is read while somebody decides
        is read again."""
        queries, journal = self._session.workspace.queries, self._session.workspace.journal
        for attempt in range(READS):
            head = journal.head()
            overview = self.of_documents(document_ids, case=case, progress=progress, cancel=cancel)
            ids = [d.document.id for d in overview.documents]
            records = {
                i: tuple(r for r in queries.record(i) if r.status is not FieldStatus.REJECTED) for i in ids
            }
            spans = {i: tuple(_told(queries.spans(i))) for i in ids}
            if journal.head() == head or attempt == READS - 1:
                break
        return OverviewReport(
            overview, now(), self._session.actor, __version__, head, records, spans, with_notes)

    def _document(
        self, document_id: str, spans: Sequence[SpanRow] | None, seq: int | None,
        before: DocumentFigures | None,
    ) -> DocumentFigures | None:
        workspace = self._session.workspace
        document = workspace.queries.document(document_id)
        if document is None:
            return None
        if spans is None:
            spans = workspace.queries.spans(document_id) if seq is None else \
                workspace.log.spans_at(document_id, seq)
        state = self._dispositions.of_document(document_id, spans, seq)
        if state is None:
            return None
        return document_figures(document, workspace.queries.pages(document_id), spans, state, before)

    def _case(self, case_id: str) -> CaseRow:
        found = next((c for c in self._session.workspace.queries.cases() if c.id == case_id), None)
        if found is None:
            raise RuleBroken("The case is not in this workspace")
        return found

    def _numbers(self, documents: Sequence[DocumentRow]) -> dict[str, str]:
        numbers = {c.id: c.number for c in self._session.workspace.queries.cases()}
        return {d.id: numbers[d.case_id] for d in documents if d.case_id in numbers}

    def _must_not_be_an_original(self, target: Path) -> None:
        kept = os.path.realpath(self._session.workspace.folder / "originals")
        if os.path.realpath(target).startswith(kept + os.sep):
            raise InputRefused(
                "The report would lie among the originals", why="an original is never written",
                todo="Choose another folder",
            )


def _told(spans: Iterable[SpanRow]) -> Iterator[SpanRow]:
    """Those that count, without what is for nobody else: a writer cannot let out what it never gets."""
    for span in spans:
        if span.status is not Status.REJECTED:
            yield replace(span, internal_note="") if span.internal_note else span
