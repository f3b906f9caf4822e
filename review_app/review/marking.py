"""Deciding about spans: confirm, reject, draw, cite codes, write notes."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.codes import find_code
from review_app.domain.errors import RuleBroken
from review_app.domain.findings import CodeReading, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status
from review_app.review.changes import Changes
from review_app.review.forms import Row, code_row, new_id, now, rects_json, span_row
from review_app.review.session import Session
from review_app.store.journal import Change

MIN_SIDE_PT = 2.0
"""Smallest side of a drawn mark, in points: below it a mark is a slip of the mouse, not an area."""


class Marking:
    """Changes to spans. Each call is one audit entry, also for many spans, and one step of undo."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def confirm(self, ids: Sequence[str]) -> Changes:
        """These suggestions are withheld spans."""
        return self._set_status(ids, Status.CONFIRMED, "span.confirmed")

    def reject(self, ids: Sequence[str]) -> Changes:
        """These suggestions are not withheld spans. They stay on record as rejected.

        Raises:
            RuleBroken: one is a reviewer's own mark (remove it instead).
        """
        return self._set_status(ids, Status.REJECTED, "span.rejected")

    def reopen(self, ids: Sequence[str]) -> Changes:
        """These spans wait for a decision again."""
        return self._set_status(ids, Status.SUGGESTED, "span.reopened")

    def draw(
        self, document_id: str, page: int, rects: Sequence[Rect], *, codes: Sequence[str] = (), note: str = ""
    ) -> str:
        """Propose a withholding: a reviewer's own mark. Returns its id.

        The rectangles are cut at the page's edge.

        Raises:
            RuleBroken: no such page, or nothing of the area lies on it.
        """
        return self.draw_all(document_id, [(page, rects)], codes=codes, note=note)[0]

    def draw_all(
        self, document_id: str, areas: Sequence[tuple[int, Sequence[Rect]]], *, codes: Sequence[str] = (),
        note: str = "",
    ) -> list[str]:
        """Propose several withholdings in one step: pages with rectangles, a mark for each. Returns the ids.

        Raises:
            RuleBroken: as for :meth:`draw`; then none is made.
        """
        document = self._session.document(document_id)
        readings = tuple(_reading(c) for c in dict.fromkeys(codes))
        ids: list[str] = []
        changes: list[Change] = []
        for page, rects in areas:
            span = SpanFinding(
                page=page, kind=Kind.MARK, origin=Origin.REVIEWER, status=Status.CONFIRMED,
                rects=self._on_page(document_id, page, rects), confidence=1.0, band=Band.CERTAIN,
                detector="reviewer", reasons=("drawn by the reviewer",),
                exemption_status=ExemptionStatus.STATED if readings else ExemptionStatus.NOT_STATED,
                codes=readings, note=note,
            )
            ids.append(span_id := new_id("sp"))
            row = span_row(document.id, span, span_id=span_id, author=self._session.actor, at=now())
            changes.append(Change("spans", span_id, None, row))
            changes += [_insert_code(span_id, i, r) for i, r in enumerate(readings)]
        self._session.commit("span.drawn", changes, Changes.of_spans((document.id, i) for i in ids))
        return ids

    def cite(self, ids: Sequence[str], codes: Sequence[str]) -> Changes:
        """These codes and no others stand for the spans.

        A code of the tables is written in its canonical form, another one as given. Codes that a span
        already has keep where they were read.
        """
        wanted = [_reading(c) for c in dict.fromkeys(c.strip() for c in codes) if c]
        changes: list[Change] = []
        touched: set[tuple[str, str]] = set()
        for span_id in dict.fromkeys(ids):
            before = self._session.row("spans", span_id)
            rows = self._session.workspace.queries.rows_of_span("span_codes", span_id)
            old = {str(r["code"]): r for r in rows}
            new_codes = [r.code for r in wanted]
            if [str(r["code"]) for r in old.values()] == new_codes:
                continue
            changes += [Change("span_codes", str(r["id"]), r, None) for c, r in old.items()
                        if c not in new_codes]
            for position, reading in enumerate(wanted):
                kept = old.get(reading.code)
                if kept is None:
                    changes.append(_insert_code(span_id, position, reading))
                elif kept["position"] != position:
                    moved = {**kept, "position": position}
                    changes.append(Change("span_codes", str(kept["id"]), kept, moved))
            stated = ExemptionStatus.STATED if wanted else ExemptionStatus.NOT_STATED
            if before["exemption_status"] != stated:
                changes.append(Change("spans", span_id, before, {**before, "exemption_status": str(stated)}))
            touched.add((str(before["document_id"]), span_id))
        return self._commit("span.cited", changes, touched)

    def annotate(self, span_id: str, note: str) -> Changes:
        """Write the note of a span."""
        before = self._session.row("spans", span_id)
        return self._update("span.noted", [(before, {**before, "note": note.strip()})])

    def reshape(self, span_id: str, rects: Sequence[Rect]) -> Changes:
        """Move or resize a span.

        Raises:
            RuleBroken: nothing of the new area lies on the page.
        """
        before = self._session.row("spans", span_id)
        cut = self._on_page(str(before["document_id"]), int(str(before["page"])), rects)
        return self._update("span.reshaped", [(before, {**before, "rects": rects_json(cut)})])

    def remove(self, ids: Sequence[str]) -> Changes:
        """Take back a reviewer's own marks. The log keeps them.

        Raises:
            RuleBroken: one is a finding of the machine (reject it instead).
        """
        changes: list[Change] = []
        touched: set[tuple[str, str]] = set()
        for span_id in dict.fromkeys(ids):
            row = self._session.row("spans", span_id)
            if row["origin"] != Origin.REVIEWER:
                raise RuleBroken(
                    "A span that the agency withheld cannot be removed",
                    why="the log must show that it was found", todo="Reject it instead",
                )
            for table in ("decisions", "span_codes"):
                changes += [Change(table, str(r["id"]), r, None)
                            for r in self._session.workspace.queries.rows_of_span(table, span_id)]
            changes.append(Change("spans", span_id, row, None))
            touched.add((str(row["document_id"]), span_id))
        return self._commit("span.removed", changes, touched)

    def _set_status(self, ids: Sequence[str], status: Status, action: str) -> Changes:
        pairs: list[tuple[Row, Row]] = []
        for span_id in dict.fromkeys(ids):
            before = self._session.row("spans", span_id)
            if before["origin"] == Origin.REVIEWER and status is not Status.CONFIRMED:
                raise RuleBroken(
                    "A reviewer's own mark is not a suggestion", why="it can only stand or be taken back",
                    todo="Remove the mark instead",
                )
            if before["status"] != status:
                pairs.append((before, {**before, "status": str(status)}))
        return self._update(action, pairs)

    def _update(self, action: str, pairs: Sequence[tuple[Row, Row]]) -> Changes:
        changed = [(a, b) for a, b in pairs if a != b]
        return self._commit(
            action, [Change("spans", str(a["id"]), a, b) for a, b in changed],
            {(str(a["document_id"]), str(a["id"])) for a, _ in changed},
        )

    def _commit(self, action: str, changes: Sequence[Change], spans: set[tuple[str, str]]) -> Changes:
        if not changes:
            return Changes()
        touched = Changes.of_spans(spans)
        self._session.commit(action, changes, touched)
        return touched | Changes(log=True)

    def _on_page(self, document_id: str, page: int, rects: Sequence[Rect]) -> tuple[Rect, ...]:
        for row in self._session.workspace.queries.pages(document_id):
            if row.number == page:
                sheet = Rect(0.0, 0.0, row.width, row.height)
                cut = (r.intersect(sheet) for r in rects)
                kept = tuple(r for r in cut if r.width >= MIN_SIDE_PT and r.height >= MIN_SIDE_PT)
                if kept:
                    return kept
                raise RuleBroken(
                    f"The marked area has no extent on page {page}",
                    why=f"a mark is at least {MIN_SIDE_PT:g} points wide and high", todo="Draw it again",
                )
        raise RuleBroken(f"The document has no page {page}", todo="Choose one of its pages")


def _reading(text: str) -> CodeReading:
    known = find_code(text)
    return CodeReading(known.canonical if known else text.strip(), text.strip(), Provenance.REVIEWER)


def _insert_code(span_id: str, position: int, reading: CodeReading) -> Change:
    row = code_row(span_id, position, reading)
    return Change("span_codes", str(row["id"]), None, row)
