"""What is stored, as frozen values: the read models that lists, panels, exports and reports show."""

from __future__ import annotations

from typing import Any, NamedTuple

from review_app.domain.display import shown
from review_app.domain.findings import CodeReading, Extent, SpanFinding
from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import (
    Arrival,
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Provenance,
    Status,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One request, appeal or declassification review."""

    id: str
    number: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """How far a document has come that is not recorded yet: pages read of all, or why its scan failed."""

    state: Arrival
    done: int = 0
    total: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One file under review, in one released version. Counts are of live spans.

    ``coming`` is set while it is on its way in and nothing of it is recorded.
    """

    id: str
    case_id: str | None
    sha256: str
    name: str
    media_type: str
    page_count: int
    disposition: Disposition
    added_at: str
    span_count: int = 0
    undecided_count: int = 0
    warnings: tuple[str, ...] = ()
    coming: Coming | None = None


class PageRow(NamedTuple):
    """A page of a stored document; sizes in points as displayed. A tuple, for there may be 50,000 of them:
    made in less than half the time of other values, and compared in a seventh."""

    document_id: str
    number: int
    width: float
    height: float
    disposition: Disposition = Disposition.UNKNOWN


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """The current decision of this review on a span."""

    span_id: str
    verdict: Verdict
    justification: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A stored span with its codes and the current decision.

    A provisional one is not stored: it was found on a page whose document is still being read.
    ``internal_note`` is for those who work in this workspace: :meth:`to_finding`, from which every copy and
    report is made, leaves it out.
    """

    id: str
    document_id: str
    page: int
    kind: Kind
    origin: Origin
    status: Status
    rects: tuple[Rect, ...]
    confidence: float
    band: Band
    detector: str
    evidence: str
    exemption_status: ExemptionStatus
    codes: tuple[CodeReading, ...] = ()
    lines: tuple[int, int] | None = None
    extent: Extent | None = None
    raw: str = ""
    note: str = ""
    author: str = ""
    at: str = ""
    decision: DecisionRow | None = None
    is_provisional: bool = False
    internal_note: str = ""

    @property
    def is_undecided(self) -> bool:
        """True while the machine's suggestion waits for a person who can decide about it."""
        return self.status is Status.SUGGESTED and not self.is_provisional

    @property
    def is_touched(self) -> bool:
        """True when the row itself shows that a person had a hand in it. The log may know more."""
        return (
            self.status is not Status.SUGGESTED or self.origin is Origin.REVIEWER or self.decision is not None
            or bool(self.note) or bool(self.internal_note)
            or any(c.provenance is Provenance.REVIEWER for c in self.codes)
        )

    def to_finding(self) -> SpanFinding:
        """The span in the form of a marks file: what may leave the workspace, so no internal note."""
        return SpanFinding(
            id=self.id, page=self.page, kind=self.kind, origin=self.origin, status=self.status,
            rects=self.rects, confidence=self.confidence, band=self.band, detector=self.detector,
            reasons=(self.evidence,) if self.evidence else (), lines=self.lines,
            exemption_status=self.exemption_status, codes=self.codes, extent=self.extent, raw=self.raw,
            note=self.note,
        )


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A stored record field: as read by the machine, or as a person corrected it."""

    id: str
    document_id: str
    field: Field
    value: str
    raw: str
    page: int
    rect: Rect
    confidence: float
    status: FieldStatus


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry of the audit log. ``changes`` is the list of ``{table, id, before, after}``."""

    seq: int
    at: str
    actor: str
    action: str
    group_id: str | None
    reverts: int | None
    changes: list[dict[str, Any]]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the log as a list shows it; ``documents`` are the ids of those it is about."""

    seq: int
    at: str
    actor: str
    action: str
    reverts: int | None
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest entry: number and hash. ``(0, 64 zeros)`` for an empty log."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not verify: in entry ``seq``, in row ``id`` of ``table``, or in the whole log.

    ``text`` says what, without any content of a row.
    """

    seq: int | None
    table: str | None
    id: str | None
    text: str

    def __str__(self) -> str:
        """One line that names the place first. What a stranger wrote into the file cannot break it."""
        place = f"entry {self.seq}" if self.seq is not None else ""
        if self.table is not None:
            table = shown(self.table)
            row = f"{table} {shown(self.id)}" if self.id is not None else table
            place = f"{place}, {row}" if place else row
        return f"{place}: {self.text}" if place else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A page of released text that holds the searched words. ``snippet`` is shown, never logged."""

    document_id: str
    page: int
    snippet: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: ``done`` of ``total`` (0 when unknown) and what it is doing."""

    done: int
    total: int
    text: str = ""
