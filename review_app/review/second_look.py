"""Blind second looks: a second person marks a random sample of pages without seeing what the first one found.

What the first person had decided is kept with the sample when it is drawn, so that later changes do not move
the rate. The seed is stored: who has the workspace can draw the same pages again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from review_app.domain.agreement import Agreement, PageKey, Place, compare, draw
from review_app.domain.errors import RuleBroken
from review_app.domain.geometry import Rect
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Status
from review_app.review.changes import Changes
from review_app.review.forms import Row, dumps, new_id, now, rects_json
from review_app.review.marking import MIN_SIDE_PT
from review_app.review.session import Session
from review_app.store.journal import Change

MAX_PAGES = 1000
"""Most pages of one sample."""
_COUNTS = frozenset({Status.CONFIRMED, Status.PROPOSED, Status.APPROVED, Status.RETURNED})
"""What a person decided: a suggestion nobody has looked at is nobody's opinion."""


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A drawn page, in the order it was drawn."""

    document_id: str
    page: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its pages, who looks, how it was drawn (seed, out of how many pages)."""

    id: str
    seed: int
    population: int
    looker: str
    made_by: str
    at: str
    state: str
    pages: tuple[SamplePage, ...]

    @property
    def is_open(self) -> bool:
        """True while pages are left to look at."""
        return self.state == "open"

    @property
    def next_page(self) -> SamplePage | None:
        """The first page that is not done."""
        return next((p for p in self.pages if not p.is_done), None)


class SecondLook:
    """Samples and blind marks. Every step is an entry of the log; marks can be undone, pages are final."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def draw(
        self, size: int, *, documents: Sequence[str] | None = None, seed: int | None = None
    ) -> Sample:
        """Draw pages for the acting person to look at.

        Pages of documents that this person marked or decided about are left out: one does not check oneself.

        Args:
            size: how many pages; all there are when there are fewer.
            documents: only of these; None for all of the workspace.
            seed: to draw a known sample again; None for a fresh one.

        Raises:
            RuleBroken: nothing can be drawn, or an earlier sample of this person is not finished.
        """
        if self.current() is not None:
            raise RuleBroken(
                "You have a second look that is not finished", why="two at a time would get mixed up",
                todo="Finish or end that one first",
            )
        if not 1 <= size <= MAX_PAGES:
            raise RuleBroken(f"A sample has 1 to {MAX_PAGES} pages", todo="Choose another number")
        queries = self._session.workspace.queries
        population = [
            (row.id, page)
            for row in queries.documents() if (documents is None or row.id in documents)
            and not self._worked_on(row.id)
            for page in range(1, row.page_count + 1)
        ]
        if not population:
            raise RuleBroken(
                "There is no page to look at a second time",
                why="you worked on every document yourself, or there is none",
                todo="Let somebody else take the second look",
            )
        seed = secrets.randbits(32) if seed is None else seed
        sample_id, at = new_id("sm"), now()
        changes = [Change("samples", sample_id, None, {
            "id": sample_id, "seed": seed, "population": len(population),
            "scope": dumps(sorted(documents)) if documents is not None else "",
            "looker": self._session.actor, "state": "open", "made_by": self._session.actor, "at": at,
        })]
        drawn = draw(population, size, seed)
        found = {document: self._first(document) for document in dict.fromkeys(d for d, _ in drawn)}
        for position, (document, page) in enumerate(drawn):
            page_id = new_id("sg")
            changes.append(Change("sample_pages", page_id, None, {
                "id": page_id, "sample_id": sample_id, "position": position, "document_id": document,
                "page": page, "first": dumps([[r.as_list() for r in place]
                                              for place in found[document].get(page, [])]),
                "is_done": 0, "at": "",
            }))
        self._session.commit("sample.drawn", changes, Changes())
        return self._must(sample_id)

    def current(self) -> Sample | None:
        """The acting person's sample that is not finished; None when there is none."""
        rows = self._session.workspace.queries.samples(self._session.actor)
        row = next((r for r in reversed(rows) if r["state"] == "open"), None)
        return self._sample(row) if row is not None else None

    def finished(self) -> list[Sample]:
        """Finished samples of all persons, newest first."""
        rows = self._session.workspace.queries.samples(None)
        return [self._sample(r) for r in reversed(rows) if r["state"] == "done"]

    def spans(self, sample_id: str, document_id: str) -> list[SpanRow]:
        """The blind marks on a document, as spans to show."""
        return [
            SpanRow(
                id=str(row["id"]), document_id=document_id, page=int(str(row["page"])), kind=Kind.MARK,
                origin=Origin.REVIEWER, status=Status.CONFIRMED, rects=_place(str(row["rects"])),
                confidence=1.0, band=Band.CERTAIN, detector="reviewer", evidence="marked in a second look",
                exemption_status=ExemptionStatus.NOT_STATED, author=str(row["actor"]), at=str(row["at"]),
            )
            for row in self._session.workspace.queries.sample_marks(sample_id)
            if row["document_id"] == document_id
        ]

    def mark(self, sample_id: str, document_id: str, page: int, rect: Rect) -> str:
        """Mark what one would withhold; returns the mark's id.

        Raises:
            RuleBroken: the page is not in the sample or is done already, or the area has no extent.
        """
        self._open_page(sample_id, document_id, page)
        if rect.width < MIN_SIDE_PT or rect.height < MIN_SIDE_PT:
            raise RuleBroken("The marked area has no extent", todo="Draw it again")
        mark_id = new_id("sk")
        row: Row = {
            "id": mark_id, "sample_id": sample_id, "document_id": document_id, "page": page,
            "rects": rects_json([rect]), "actor": self._session.actor, "at": now(),
        }
        self._commit("sample.mark", [Change("sample_marks", mark_id, None, row)], document_id)
        return mark_id

    def unmark(self, sample_id: str, ids: Sequence[str]) -> Changes:
        """Take back blind marks of pages that are not done."""
        rows = [r for r in self._session.workspace.queries.sample_marks(sample_id) if r["id"] in set(ids)]
        for row in rows:
            self._open_page(sample_id, str(row["document_id"]), int(str(row["page"])))
        if not rows:
            return Changes()
        changes = [Change("sample_marks", str(r["id"]), r, None) for r in rows]
        return self._commit("sample.unmark", changes, *{str(r["document_id"]) for r in rows})

    def finish_page(self, sample_id: str, document_id: str, page: int) -> Sample:
        """All that is to be withheld on the page is marked; it cannot be changed any more. After the last
        page the sample is done.

        Raises:
            RuleBroken: the page is not in the sample, or done already.
        """
        before = self._open_page(sample_id, document_id, page)
        changes = [Change("sample_pages", str(before["id"]), before, {**before, "is_done": 1, "at": now()})]
        sample = self._must(sample_id)
        if sum(not p.is_done for p in sample.pages) == 1:
            row = self._session.row("samples", sample_id)
            changes.append(Change("samples", sample_id, row, {**row, "state": "done"}))
        self._commit("sample.page", changes, document_id)
        return self._must(sample_id)

    def end(self, sample_id: str) -> Changes:
        """Give a sample up before its last page; it has no rate then."""
        row = self._session.row("samples", sample_id)
        if row["state"] != "open":
            raise RuleBroken("This second look is over already")
        return self._commit("sample.ended", [Change("samples", sample_id, row, {**row, "state": "dropped"})])

    def agreement(self, sample_id: str) -> Agreement:
        """What the two agree on; see :mod:`review_app.domain.agreement` for the formulas.

        Raises:
            RuleBroken: pages are left: who still marks must not see what the other found.
        """
        sample = self._must(sample_id)
        if sample.state != "done":
            raise RuleBroken(
                "The agreement is shown when the last page is done",
                why="who still marks must not see what the other found", todo="Finish the second look first",
            )
        queries = self._session.workspace.queries
        second: dict[PageKey, list[Place]] = {}
        for row in queries.sample_marks(sample_id):
            key = str(row["document_id"]), int(str(row["page"]))
            second.setdefault(key, []).append(_place(str(row["rects"])))
        return Agreement(tuple(
            compare(key, [_rects(p) for p in json.loads(str(row["first"]))], second.get(key, []))
            for row in queries.sample_pages(sample_id)
            for key in [(str(row["document_id"]), int(str(row["page"])))]
        ))

    def _worked_on(self, document_id: str) -> bool:
        log, actor = self._session.workspace.log, self._session.actor
        return bool(log.numbers(actor=actor, action="span.", document_id=document_id))

    def _first(self, document_id: str) -> dict[int, list[Place]]:
        found: dict[int, list[Place]] = {}
        for span in self._session.workspace.queries.spans(document_id):
            if span.status in _COUNTS:
                found.setdefault(span.page, []).append(span.rects)
        return found

    def _open_page(self, sample_id: str, document_id: str, page: int) -> Row:
        if not self._must(sample_id).is_open:
            raise RuleBroken("This second look is over already")
        for row in self._session.workspace.queries.sample_pages(sample_id):
            if row["document_id"] == document_id and row["page"] == page:
                if row["is_done"]:
                    raise RuleBroken(
                        f"Page {page} is done already", why="a second look is not changed afterwards",
                        todo="Go on with the next page",
                    )
                return row
        raise RuleBroken(
            f"Page {page} is not in the sample", why="only drawn pages are looked at a second time",
            todo="Go to the page of the sample",
        )

    def _must(self, sample_id: str) -> Sample:
        return self._sample(self._session.row("samples", sample_id))

    def _sample(self, row: Row) -> Sample:
        pages = tuple(
            SamplePage(str(p["document_id"]), int(str(p["page"])), bool(p["is_done"]))
            for p in self._session.workspace.queries.sample_pages(str(row["id"]))
        )
        return Sample(str(row["id"]), int(str(row["seed"])), int(str(row["population"])), str(row["looker"]),
                      str(row["made_by"]), str(row["at"]), str(row["state"]), pages)

    def _commit(self, action: str, changes: Sequence[Change], *documents: str) -> Changes:
        touched = Changes(spans=frozenset(documents))
        self._session.commit(action, changes, touched)
        return touched | Changes(log=True)


def _rects(values: Sequence[Sequence[float]]) -> Place:
    return tuple(Rect.of(v) for v in values)


def _place(text: str) -> Place:
    return _rects(json.loads(text))
