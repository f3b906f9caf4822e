"""The annotated copy: written by a child, recorded with its hash and the log's head."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from review_app import __version__
from review_app.domain.display import safe_stem
from review_app.domain.findings import RecordReading
from review_app.domain.rows import DocumentRow, LogHead, Progress, SpanRow
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import FieldStatus, Status
from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.outgoing import outgoing
from review_app.review.session import Session
from review_app.store.journal import Change
from review_app.workers.pool import Pool

EXPORT_TIMEOUT_S = 600.0
"""Longest time one export may take, in seconds."""


class Exporting:
    """Writes files for others. An export is an entry of the log; undo does not reach it."""

    def __init__(self, session: Session, pool: Pool) -> None:
        self._session = session
        self._pool = pool
        self._taken: set[Path] = set()
        self._lock = threading.Lock()

    def annotated(
        self, document_id: str, out: Path | None = None, *, sheet: bool = True, replace: bool = False,
        progress: Callable[[Progress], None] | None = None, cancel: threading.Event | None = None,
    ) -> Path:
        """Write the annotated copy and return its path. Blocks; call it from a job.

        Rejected spans are left out. The copy carries the head of the log as it was before the entry of
        this export; that entry holds the SHA-256 of the file.

        Args:
            out: the file to write, or an existing folder to write into; default ``exports/`` of the
                workspace. In a folder a name that is free is chosen.
            sheet: append the review sheet.
            replace: an earlier annotated copy of the same document in that folder, unchanged since it
                was written, is replaced instead of kept beside the new one.

        Raises:
            InputRefused: the original cannot be opened any more, or it is ``out`` itself.
            UsageError: ``out`` is there and no file (a device, say).
            EnvironmentProblem: the folder cannot be written, or the disk is full.
            Cancelled: ``cancel`` was set.
        """
        document = self._session.document(document_id)
        target = self._target(document, out, replace)
        try:
            return self._write(document, target, sheet, progress, cancel)
        finally:
            with self._lock:
                self._taken.discard(target)

    def paths(self) -> set[Path]:
        """Every file that was ever exported from this workspace, whether it is still there or not."""
        return {Path(path) for path in self._session.workspace.queries.export_paths()}

    def _write(
        self, document: DocumentRow, target: Path, sheet: bool,
        progress: Callable[[Progress], None] | None, cancel: threading.Event | None,
    ) -> Path:
        if progress is not None:
            progress(Progress(0, document.page_count, "exporting"))
        queries = self._session.workspace.queries
        spans = [s for s in queries.spans(document.id) if s.status is not Status.REJECTED]
        head = self._session.workspace.journal.head()
        made_at = now()
        page = self._sheet(document, spans, made_at, head)
        params = self._session.child_params(document)
        with outgoing(target, Path(str(params["path"]))) as part:
            answer = self._pool.ask("annotate", {
                **params, "out": str(part), "spans": [s.to_finding().to_json() for s in spans],
                "sheet": page.to_json(), "sheet_pages": sheet,
            }, cancel=cancel, timeout_s=EXPORT_TIMEOUT_S)
            export_id = new_id("ex")
            row: Row = {
                "id": export_id, "document_id": document.id, "kind": "annotated", "path": str(target),
                "sha256": str(answer.values["sha256"]), "head_seq": head.seq, "head_hash": head.hash,
                "at": made_at,
            }
            # Before the file takes its name: no copy goes out that the log does not know.
            self._session.commit("export.annotated", [Change("exports", export_id, None, row)],
                                 Changes(exports=frozenset({document.id})))
        if progress is not None:
            progress(Progress(document.page_count, document.page_count, "exported"))
        return target

    def _sheet(
        self, document: DocumentRow, spans: list[SpanRow], made_at: str, head: LogHead
    ) -> ReviewSheet:
        queries = self._session.workspace.queries
        case = next((c for c in queries.cases() if c.id == document.case_id), None)
        record = tuple(
            RecordReading(r.field, r.value, r.raw, r.page, r.rect, r.confidence)
            for r in queries.record(document.id) if r.status is not FieldStatus.REJECTED
        )
        return ReviewSheet(
            file=document.name, sha256=document.sha256, actor=self._session.actor, made_at=made_at,
            case_number=case.number if case else "", document_id=document.id,
            disposition=document.disposition, record=record, warnings=document.warnings, head=head,
            app_version=__version__, authors={s.id: s.author for s in spans},
            decisions={s.id: _decision(s) for s in spans if s.decision},
        )

    def _target(self, document: DocumentRow, out: Path | None, replace: bool) -> Path:
        if out is not None and not os.path.isdir(out):  # noqa: PTH112 - Path.is_dir raises where it may not look
            return out.absolute()
        folder = (out if out is not None else self._session.workspace.exports_folder).absolute()
        stem = safe_stem(document.name)
        number = 1
        with self._lock:  # two jobs must not choose the same free name
            while True:
                suffix = "" if number == 1 else f"-{number}"
                target = folder / f"{stem}.annotated{suffix}.pdf"
                if target not in self._taken and (
                    not os.path.lexists(target) or (replace and self._is_earlier_copy(document.id, target))
                ):
                    self._taken.add(target)
                    return target
                number += 1

    def _is_earlier_copy(self, document_id: str, target: Path) -> bool:
        known = {
            row["sha256"] for row in self._session.workspace.queries.exports(document_id)
            if row["path"] == str(target)
        }
        if not known or target.is_symlink() or not target.is_file():
            return False
        try:
            with target.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() in known
        except OSError:
            return False  # whatever it is, it is not ours to replace


def _decision(span: SpanRow) -> str:
    if span.decision is None:
        return ""
    reason = f": {span.decision.justification}" if span.decision.justification else ""
    return f"{span.decision.verdict}{reason}"
