"""Deciding about spans: confirm, reject, draw, cite codes, write notes."""

from __future__ import annotations

from collections.abc import Sequence

from review_app.domain.codes import find_code
from review_app.domain.errors import RuleBroken
from review_app.domain.findings import CodeReading, SpanFinding
from review_app.domain.geometry import Rect, same_place
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status
from review_app.review.changes import Changes
from review_app.review.forms import Row, code_row, new_id, now, rects_json, span_row
from review_app.review.session import Session
from review_app.store.journal import Change

MIN_SIDE_PT = 2.0
"""Smallest side of a drawn mark, in points: below it a mark is a slip of the mouse, not an area."""


SAME_PLACE = 0.95
"""Overlap from which a repeated mark counts as being there already."""


@dataclass(frozen=True, slots=True)
class Area:
    """A withholding to propose: where, under which codes, and why it was made."""

    document_id: str
    page: int
    rects: tuple[Rect, ...]
    codes: tuple[CodeReading, ...] = ()
    note: str = ""
    kind: Kind = Kind.MARK
    reason: str = "drawn by the reviewer"


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
        readings = tuple(code_reading(c) for c in dict.fromkeys(codes))
        return self.draw_areas([Area(document_id, page, tuple(rects), readings, note)
                                for page, rects in areas])

    def draw_areas(self, areas: Sequence[Area], *, action: str = "span.drawn") -> list[str]:
        """Propose withholdings anywhere in the workspace, in one step. Returns the ids of the marks.

        Raises:
            RuleBroken: as for :meth:`draw`; then none is made.
        """
        sheets: dict[str, dict[int, Rect]] = {}
        ids: list[str] = []
        changes: list[Change] = []
        at = now()
        for area in areas:
            if area.document_id not in sheets:
                sheets[area.document_id] = self._sheets(self._session.document(area.document_id).id)
            span = SpanFinding(
                page=area.page, kind=area.kind, origin=Origin.REVIEWER, status=Status.CONFIRMED,
                rects=_on_sheet(sheets[area.document_id], area.page, area.rects), confidence=1.0,
                band=Band.CERTAIN, detector="reviewer", reasons=(area.reason,),
                exemption_status=ExemptionStatus.STATED if area.codes else ExemptionStatus.NOT_STATED,
                codes=area.codes, note=area.note,
            )
            ids.append(span_id := new_id("sp"))
            row = span_row(area.document_id, span, span_id=span_id, author=self._session.actor, at=at)
            changes.append(Change("spans", span_id, None, row))
            changes += [_insert_code(span_id, i, r) for i, r in enumerate(area.codes)]
        if changes:
            pairs = zip((a.document_id for a in areas), ids, strict=True)
            self._session.commit(action, changes, Changes.of_spans(pairs))
        return ids

    def draw_pages(self, document_id: str, pages: Sequence[int], *, codes: Sequence[str] = ()) -> list[str]:
        """Propose to withhold whole pages, in one step. Pages that are marked whole already are left out.

        Raises:
            RuleBroken: no such page.
        """
        sheets = self._sheets(document_id)
        there = {s.page for s in self._session.workspace.queries.spans(document_id)
                 if s.origin is Origin.REVIEWER and s.kind is Kind.PAGE}
        readings = tuple(code_reading(c) for c in dict.fromkeys(codes))
        return self.draw_areas([
            Area(document_id, page, (sheets.get(page, Rect(0, 0, 0, 0)),), readings, kind=Kind.PAGE,
                 reason="the whole page, marked by the reviewer")
            for page in pages if page not in there
        ])

    def repeat(self, ids: Sequence[str], targets: Sequence[tuple[str, int]]) -> list[str]:
        """Make the same marks, with their codes and notes, at the same place of other pages, in one step.

        ``targets`` are documents and pages. Where a mark lies at the place already, and where the place is
        not on the page, none is made. Returns the new ids.

        Raises:
            RuleBroken: a span is no reviewer's mark, or is not there any more.
        """
        queries = self._session.workspace.queries
        sources = queries.some_spans(ids)
        if len(sources) != len(set(ids)) or any(s.origin is not Origin.REVIEWER for s in sources):
            raise RuleBroken("Only marks of a reviewer can be repeated", todo="Select marks of your own")
        areas: list[Area] = []
        sheets: dict[str, dict[int, Rect]] = {}
        there: dict[tuple[str, int], list[tuple[Rect, ...]]] = {}
        for document_id, page in targets:
            if document_id not in sheets:
                sheets[document_id] = self._sheets(document_id)
                for span in queries.spans(document_id):
                    if span.origin is Origin.REVIEWER:
                        there.setdefault((document_id, span.page), []).append(span.rects)
            sheet = sheets[document_id].get(page)
            for source in sources:
                rects = _cut(sheet, source.rects) if sheet is not None else ()
                taken = there.setdefault((document_id, page), [])
                if rects and not any(same_place(rects, other, SAME_PLACE) for other in taken):
                    taken.append(rects)
                    areas.append(Area(document_id, page, rects, tuple(
                        code_reading(c.code) for c in source.codes), source.note, source.kind))
        return self.draw_areas(areas, action="span.repeated")

    def cite(self, ids: Sequence[str], codes: Sequence[str]) -> Changes:
        """These codes and no others stand for the spans.

        A code of the tables is written in its canonical form, another one as given. Codes that a span
        already has keep where they were read.
        """
        wanted = [code_reading(c) for c in dict.fromkeys(c.strip() for c in codes) if c]
        return self._cite([(i, wanted) for i in dict.fromkeys(ids)])

    def set_code(self, ids: Sequence[str], code: str, on: bool, *, instead_of: str = "") -> Changes:
        """Cite one code more for each span, or one less; their other codes stay. One entry for all.

        ``instead_of``: a code that the new one takes the place of.
        """
        reading = code_reading(code)
        pairs = []
        for span_id in dict.fromkeys(ids):
            rows = self._session.workspace.queries.rows_of_span("span_codes", span_id)
            codes = [str(r["code"]) for r in rows]
            if on and reading.code not in codes:
                at = codes.index(instead_of) if instead_of in codes else len(codes)
                codes[at:at + 1] = [reading.code]
            elif not on:
                codes = [c for c in codes if c != reading.code]
            pairs.append((span_id, [code_reading(c) for c in codes]))
        return self._cite(pairs)

    def _cite(self, pairs: Sequence[tuple[str, Sequence[CodeReading]]]) -> Changes:
        changes: list[Change] = []
        touched: set[tuple[str, str]] = set()
        for span_id, wanted in pairs:
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
        return self.annotate_all([span_id], note)

    def annotate_all(self, ids: Sequence[str], note: str) -> Changes:
        """Write the same note to each of these spans, in one step."""
        rows = [self._session.row("spans", i) for i in dict.fromkeys(ids)]
        return self._update("span.noted", [(row, {**row, "note": note.strip()}) for row in rows])

    def annotate_internally(self, ids: Sequence[str], text: str) -> Changes:
        """Write the same internal note to each of these spans, in one step; an empty one takes theirs away.

        It stands beside the note that copies carry, and leaves the workspace only with its log. A span that
        another person is deciding about takes it too: nothing of what was proposed changes.
        """
        wanted, at = text.strip(), now()
        changes: list[Change] = []
        touched: set[tuple[str, str]] = set()
        for span_id in dict.fromkeys(ids):
            span = self._session.row("spans", span_id)
            old = next(iter(self._session.workspace.queries.rows_of_span("internal_notes", span_id)), None)
            if (str(old["text"]) if old is not None else "") == wanted:
                continue
            note_id = str(old["id"]) if old is not None else new_id("in")
            changes.append(Change("internal_notes", note_id, old, {
                "id": note_id, "span_id": span_id, "text": wanted, "actor": self._session.actor, "at": at,
            } if wanted else None))
            touched.add((str(span["document_id"]), span_id))
        return self._commit("span.noted_internally", changes, touched)

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
            for table in ("decisions", "span_codes", "reviews", "internal_notes"):
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
        return _on_sheet(self._sheets(document_id), page, rects)

    def _sheets(self, document_id: str) -> dict[int, Rect]:
        """Page number to the page itself, as a rectangle."""
        pages = self._session.workspace.queries.pages(document_id)
        return {row.number: Rect(0.0, 0.0, row.width, row.height) for row in pages}


def _cut(sheet: Rect, rects: Sequence[Rect]) -> tuple[Rect, ...]:
    cut = (r.intersect(sheet) for r in rects)
    return tuple(r for r in cut if r.width >= MIN_SIDE_PT and r.height >= MIN_SIDE_PT)


def _on_sheet(sheets: dict[int, Rect], page: int, rects: Sequence[Rect]) -> tuple[Rect, ...]:
    if page not in sheets:
        raise RuleBroken(f"The document has no page {page}", todo="Choose one of its pages")
    kept = _cut(sheets[page], rects)
    if not kept:
        raise RuleBroken(
            f"The marked area has no extent on page {page}",
            why=f"a mark is at least {MIN_SIDE_PT:g} points wide and high", todo="Draw it again",
        )
    return kept


def code_reading(text: str) -> CodeReading:
    """A code as a person cites it: one of the tables in its canonical form, another one as given."""
    known = find_code(text)
    return CodeReading(known.canonical if known else text.strip(), text.strip(), Provenance.REVIEWER)


def _insert_code(span_id: str, position: int, reading: CodeReading) -> Change:
    row = code_row(span_id, position, reading)
    return Change("span_codes", str(row["id"]), None, row)
