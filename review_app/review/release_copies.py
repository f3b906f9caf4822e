"""Release copies of the documents of a workspace: drafted, planned, decided about, made, recorded."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from review_app.domain.display import pages_in_words, safe_stem
from review_app.domain.errors import Cancelled, ReviewError, RuleBroken, VerificationFailed
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Elsewhere, Gap, Level, MarkPlan, ReleasePlan
from review_app.domain.releases import (
    MIN_REASON,
    Draft,
    GapChoice,
    Open,
    Settings,
    Step,
    draft_of,
    is_harmless_kept,
    marks_file,
    open_points,
    refused_pages,
    wanting,
)
from review_app.domain.rows import DocumentRow, LogHead, Progress
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field, FieldStatus, Status
from review_app.review import releasing
from review_app.review.changes import Changes
from review_app.review.forms import Row, dumps, new_id, now, rects_json
from review_app.review.marking import Area, Marking, code_reading
from review_app.review.releasing import Decision, Released, ReleaseFailed
from review_app.review.session import Session
from review_app.store.journal import Change

SUFFIX, CERTIFICATE = ".release", ".certificate.json"
"""How the names of a copy and of its certificate end, before ``.pdf`` and after it."""

NAMED_DOCUMENTS = 500
"""Documents of a case whose names are tried: a reader has no more people in mind."""

OPEN_WORDS = {
    Open.NOTHING_MARKED: "nothing is marked", Open.WITHOUT_CODE: "marks without a code",
    Open.UNDECIDED: "suggestions nobody has decided about", Open.RELEASED: "marks decided to be released",
    Open.ALONE: "marks that no second person looked at",
    Open.ELSEWHERE: "places where words that go also stand unmarked",
    Open.BESIDE: "marks that take no text though a line lies close to them",
}
"""What may be left open, in words."""

_PEOPLE = (Field.FROM, Field.TO, Field.REVIEW_AUTHORITY)

Report = Callable[[Progress], None]


class GapsNotDefended(VerificationFailed):
    """Gaps that were to be defended keep the width of what was removed; nothing was written.

    ``marks`` are mark ids with the reason, without any text of the document.
    """

    def __init__(self, marks: Mapping[str, str]) -> None:
        super().__init__(
            f"The gaps of {len(marks)} mark{'s' if len(marks) != 1 else ''} could not be defended",
            why="their width tells what was removed, so no file was written",
            todo="Choose another way for these gaps, or accept them with a reason",
        )
        self.marks = dict(marks)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A release copy in its place, its certificate beside it, and the line that says what was found."""

    path: Path
    certificate: Path
    summary: str
    released: Released


class ReleaseCopies:
    """What the release dialog does. A copy exists only when the verifier says so."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._taken: set[Path] = set()
        self.gap = Gap.AUTO
        """What becomes of the gaps nobody decided about, in drafts made from now on."""
        self._lock = threading.Lock()

    def draft(self, document_id: str) -> Draft:
        """What would be removed and what is left to settle, as the document stands now.

        Raises:
            RuleBroken: the document is not there (any more).
        """
        document = self._session.document(document_id)
        queries = self._session.workspace.queries
        spans = tuple(queries.spans(document_id))
        choices = {
            str(row["span_id"]): _choice(row) for row in queries.of_document("gap_choices", document_id)
        }
        return replace(draft_of(document_id, document.sha256, spans, choices), gap=self.gap)

    def plan(
        self, draft: Draft, names: Sequence[str] = (), *, cancel: threading.Event | None = None,
        progress: Report | None = None,
    ) -> ReleasePlan:
        """The exact words each mark removes and what its gap gives away. Blocks; call it from a job.

        **The words are text of the document**: for the reviewer's eye, never stored or logged.

        Args:
            draft: the marks.
            names: people and words of the reviewer's own list. Those who write and receive the documents of
                the case are added. They are tried and forgotten.
            cancel: when set, the work ends.
            progress: hears of pages with marks.

        Raises:
            ReviewError: as :func:`releasing.plan`; the original is gone.
        """
        document = self._session.document(draft.document_id)
        params = self._session.child_params(document)
        return releasing.plan(
            Path(str(params["path"])), marks_file(draft, None, Settings()),
            names=[*dict.fromkeys([*names, *self._people(document)])], name=document.name,
            passwords=self._session.passwords(document.sha256), cancel=cancel,
            on_progress=_pages(progress, "reading the marked pages"),
        )

    def choose(
        self, draft: Draft, ids: Sequence[str], gap: Gap, *, levels: Mapping[str, Level] | None = None,
        reason: str = "",
    ) -> Changes:
        """Decide what becomes of the gaps of marks; one entry of the log and one step of undo.

        Args:
            draft: the marks as they are.
            ids: those that are decided about.
            gap: the way; ``auto`` takes an earlier decision back.
            levels: what each gap treated so gives away; with ``reason`` that is accepted.
            reason: why that is no harm.

        Raises:
            RuleBroken: the reason says nothing, or a mark is not there (any more).
        """
        reason = " ".join(reason.split())
        if levels is not None and len(reason) < MIN_REASON:
            raise RuleBroken(
                "Accepting what a gap gives away needs a reason",
                why="the log must show why a word that can be guessed was no harm", todo="Write the reason",
            )
        spans = {s.id: s for s in draft.marks}
        rows = {
            str(row["span_id"]): row
            for row in self._session.workspace.queries.of_document("gap_choices", draft.document_id)
        }
        changes: list[Change] = []
        at = now()
        for span_id in dict.fromkeys(ids):
            if span_id not in spans:
                raise RuleBroken("A mark is no longer there", todo="Look at the list again")
            before = rows.get(span_id)
            row_id = str(before["id"]) if before is not None else new_id("gc")
            level = str(levels[span_id]) if levels is not None and span_id in levels else ""
            after: Row | None = {
                "id": row_id, "document_id": draft.document_id, "span_id": span_id, "gap": str(gap),
                "level": level, "reason": reason if level else "", "rects": rects_json(spans[span_id].rects),
                "actor": self._session.actor, "at": at,
            }
            if gap is Gap.AUTO:
                after = None
            if before is not None or after is not None:
                changes.append(Change("gap_choices", row_id, before, after))
        if not changes:
            return Changes()
        touched = Changes(exports=frozenset({draft.document_id}))
        self._session.commit("release.gaps", changes, touched)
        return touched | Changes(log=True)

    def mark_too(self, draft: Draft, places: Sequence[Elsewhere]) -> list[str]:
        """Mark places where words that go also stand, with the codes of the mark whose words these are; one
        entry of the log and one step of undo. Gives the ids of the marks.

        Raises:
            RuleBroken: a place lies on no page.
        """
        codes = {s.id: tuple(code_reading(c.code) for c in s.codes) for s in draft.marks}
        return Marking(self._session).draw_areas([
            Area(draft.document_id, p.page, (p.rect,), codes.get(p.mark, ()),
                 reason="words of a mark also stood here")
            for p in places
        ])

    def suggestion(self, document_id: str) -> Path:
        """Where a copy goes when nobody says otherwise: a name in ``exports/`` that is free now."""
        return self._free(self._session.document(document_id), keep=False)

    def make(
        self, draft: Draft, plan: ReleasePlan, settings: Settings, out: Path | None = None, *,
        knows_open: bool = False, cancel: threading.Event | None = None, progress: Report | None = None,
    ) -> Delivered:
        """Make, attack and deliver the release copy, with its certificate beside it. Blocks; for a job.

        Args:
            draft: what was looked at; it must still be what the workspace says.
            plan: its plan.
            settings: how.
            out: the file to write; default a free name in ``exports/`` of the workspace.
            knows_open: the reviewer knows what is left open (:meth:`Draft.open_points`).
            cancel: when set, the work ends and no file is left.
            progress: hears of each :class:`Step` and how far it is.

        Raises:
            RuleBroken: something is not settled, or the marks changed since the plan.
            ReleaseFailed, GapsNotDefended: no file is left; they say which marks.
            ReviewError: as :func:`releasing.release`; no file is left.
        """
        document = self._session.document(draft.document_id)
        fresh = replace(self.draft(draft.document_id), gap=draft.gap)  # as it was looked at
        self._must_be_settled(draft, fresh, plan, settings, knows_open)
        target = out.absolute() if out is not None else self._free(document, keep=True)
        try:
            return self._make(document, fresh, plan, settings, target, knows_open, cancel, progress)
        finally:
            with self._lock:
                self._taken.discard(target)

    def _make(
        self, document: DocumentRow, draft: Draft, plan: ReleasePlan, settings: Settings, target: Path,
        knows_open: bool, cancel: threading.Event | None, progress: Report | None,
    ) -> Delivered:
        tell = progress or (lambda _news: None)
        params = self._session.child_params(document)
        source = Path(str(params["path"]))
        head = self._session.workspace.journal.head()
        certificate = target.with_name(f"{target.stem}{CERTIFICATE}")
        marks = marks_file(draft, plan, settings)

        def on_page(done: int, total: int) -> None:
            tell(Progress(done, total, Step.SANITISE if done >= total else Step.REMOVE))

        def on_verify(done: int, total: int) -> None:
            tell(Progress(done, total, Step.VERIFY))

        def on_written(released: Released) -> None:
            if cancel is not None and cancel.is_set():
                raise Cancelled("Stopped")
            tell(Progress(0, 0, Step.DELIVER))
            self._must_be_defended(draft, plan, released)
            self._record(document, draft, plan, released, target, certificate, head)

        had_certificate = certificate.exists()
        tell(Progress(0, document.page_count, Step.COPY))
        try:
            released = releasing.release(
                source, target, marks, method="raster" if settings.raster else "remove",
                raster_pages=sorted(settings.raster_pages), black=settings.black, name=document.name,
                passwords=self._session.passwords(document.sha256), report=certificate, head=head,
                ocr=self._session.ocr, cancel=cancel,
                elsewhere=Decision.ACCEPT if knows_open and plan.elsewhere else Decision.LIST,
                reocr=settings.reocr and any(settings.is_picture(p) for p in draft.pages),
                on_progress=on_page, on_verify=on_verify, on_written=on_written,
            )
        except BaseException:
            if not had_certificate and not target.exists():
                certificate.unlink(missing_ok=True)  # a certificate of a copy that is not there says nothing
            raise
        return Delivered(target, certificate, summary(released), released)

    def _record(
        self, document: DocumentRow, draft: Draft, plan: ReleasePlan, released: Released, target: Path,
        certificate: Path, head: LogHead,
    ) -> None:
        """Before the files take their names: no copy goes out that the log does not know."""
        at = now()
        common: Row = {
            "document_id": document.id, "head_seq": head.seq, "head_hash": head.hash, "at": at,
        }
        export_id, paper_id, found_id = new_id("ex"), new_id("ex"), new_id("vf")
        result = released.verification
        paper_sha256 = released.certificate_sha256(head)
        changes = [
            Change("exports", export_id, None, {
                **common, "id": export_id, "kind": "release", "path": str(target), "sha256": released.sha256,
            }),
            Change("exports", paper_id, None, {
                **common, "id": paper_id, "kind": "certificate", "path": str(certificate),
                "sha256": paper_sha256,
            }),
            Change("verifications", found_id, None, {
                "id": found_id, "document_id": document.id, "export_id": export_id,
                "summary": summary(released), "marks": len(draft.marks),
                "marks_sha256": result.marks_sha256, "checks": len(result.checks),
                "to_decide": sum(not f.is_leak for f in result.findings),
                "known_open": dumps({str(k): n for k, n in open_points(draft, plan).items()}),
                "certificate": str(certificate), "certificate_sha256": paper_sha256, "at": at,
            }),
        ]
        self._session.commit(
            "export.release", changes, Changes(exports=frozenset({document.id})))

    def _must_be_settled(
        self, draft: Draft, fresh: Draft, plan: ReleasePlan, settings: Settings, knows_open: bool
    ) -> None:
        if fresh.digest != draft.digest or {m.mark for m in plan.marks} != {s.id for s in fresh.marks}:
            raise RuleBroken(
                "The marks have changed since they were looked at",
                why="the copy would remove other words than the ones shown", todo="Look at the list again",
            )
        blocked = [s for s in fresh.marks if s.status in (Status.PROPOSED, Status.RETURNED)]
        if blocked:
            raise RuleBroken(
                f"Marks that another person has not approved: {len(blocked)}",
                why="what is released cannot be taken back",
                todo="Have them approved, or take the proposals back",
            )
        pages = refused_pages(plan, settings)
        if pages:
            raise RuleBroken(
                f"Only as a picture: {pages_in_words(pages)}",
                why="something there is not understood and might stay in the file",
                todo="Turn these pages into pictures, or remove their marks",
            )
        open_gaps = wanting(fresh, plan, settings)
        if open_gaps:
            raise RuleBroken(
                f"Gaps whose width gives away too much: {len(open_gaps)}",
                why="each wants a decision", todo="Choose another way for them, or accept them with a reason",
            )
        points = open_points(fresh, plan)
        if points and not knows_open:
            said = ", ".join(f"{OPEN_WORDS[point]} ({count})" for point, count in points.items())
            raise RuleBroken(f"Left open: {said}", todo="Settle it, or say that you know it")

    def _must_be_defended(self, draft: Draft, plan: ReleasePlan, released: Released) -> None:
        """Gaps that stayed as they were against the plan must be harmless, or accepted."""
        planned: dict[str, MarkPlan] = {m.mark: m for m in plan.marks}
        spans = {s.id: s for s in draft.marks}
        failed = {}
        for mark, why in dict(released.done["undefended"]).items():
            if mark in planned and not is_harmless_kept(draft, plan, spans[mark], planned[mark]):
                failed[str(mark)] = str(why)
        if failed:
            raise GapsNotDefended(failed)

    def _people(self, document: DocumentRow) -> list[str]:
        """Who writes and receives the documents of the case, as far as nobody said that it was misread."""
        queries = self._session.workspace.queries
        others = [
            d.id for d in queries.documents()
            if d.id == document.id or (d.case_id is not None and d.case_id == document.case_id)
        ]
        found = []
        for document_id in others[:NAMED_DOCUMENTS]:
            found += [
                f.value for f in queries.record(document_id)
                if f.field in _PEOPLE and f.status is not FieldStatus.REJECTED and f.value
            ]
        return list(dict.fromkeys(found))

    def _free(self, document: DocumentRow, *, keep: bool) -> Path:
        folder = self._session.workspace.exports_folder.absolute()
        stem, number = safe_stem(document.name), 1
        with self._lock:  # two jobs must not choose the same free name
            while True:
                end = "" if number == 1 else f"-{number}"
                target = folder / f"{stem}{SUFFIX}{end}.pdf"
                paper = target.with_name(f"{target.stem}{CERTIFICATE}")
                if target not in self._taken and not os.path.lexists(target) and not os.path.lexists(paper):
                    if keep:
                        self._taken.add(target)
                    return target
                number += 1


def summary(released: Released) -> str:
    """The result of the attack in one line; counts only."""
    result = released.verification
    pictures = len(released.done["raster_pages"])
    parts = [
        f"{result.mark_count} mark{'s' if result.mark_count != 1 else ''} removed",
        f"{len(result.checks)} checks passed", "nothing is left of any mark",
    ]
    if pictures:
        parts.insert(1, f"{pictures} page{'s' if pictures != 1 else ''} as pictures")
    if result.findings:
        parts.append(f"{len(result.findings)} places to decide about")
    return f"Verified: {', '.join(parts)}; SHA-256 {released.sha256}"


def _choice(row: Mapping[str, Any]) -> GapChoice:
    level = str(row["level"])
    return GapChoice(
        str(row["span_id"]), Gap(str(row["gap"])), tuple(Rect.of(r) for r in json.loads(str(row["rects"]))),
        Level(level) if level else None, str(row["reason"]), str(row["actor"]),
    )


def _pages(progress: Report | None, text: str) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(Progress(done, total, text))


__all__ = ["Delivered", "GapsNotDefended", "ReleaseCopies", "ReleaseFailed", "ReviewError", "summary"]
