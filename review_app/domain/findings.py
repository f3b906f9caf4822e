"""What a scan finds, and its JSON form (contract, ``scan --json``). The same object is a marks file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    Kind,
    Origin,
    Provenance,
    Status,
)


def _share(value: Any) -> float:
    share = float(value)
    if not 0.0 <= share <= 1.0:  # also refuses NaN
        raise ValueError("a confidence lies between 0 and 1")
    return share


@dataclass(frozen=True, slots=True)
class CodeReading:
    """An exemption code as read: canonical ``code``, printed ``raw``, where it stood, how sure (0 to 1)."""

    code: str
    raw: str
    provenance: Provenance
    confidence: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {"code": self.code, "raw": self.raw, "provenance": str(self.provenance)}

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> CodeReading:
        """From contract form."""
        return cls(
            str(value["code"]), str(value.get("raw", value["code"])),
            Provenance(value.get("provenance", "reviewer")), _share(value.get("confidence", 1.0)),
        )


def _whole(value: float | None) -> float | int | None:
    """``4`` for 4.0, as the contract writes it; a half stays a half."""
    return int(value) if value is not None and float(value).is_integer() else value


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number of lines")
    return number


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was withheld. ``stated`` is True when the page says so, False for an estimate.

    ``number`` and ``unit`` as stated ("less than" gives qualifier ``less_than``); ``lines`` when it can
    be told in lines.
    """

    lines: float | None = None
    stated: bool = False
    number: float | None = None
    unit: str = ""
    qualifier: str = ""

    def to_json(self) -> dict[str, Any]:
        """Contract form; empty parts are left out."""
        out: dict[str, Any] = {"lines": _whole(self.lines), "stated": self.stated}
        if self.number is not None:
            out["number"] = _whole(self.number)
        if self.unit:
            out["unit"] = self.unit
        if self.qualifier:
            out["qualifier"] = self.qualifier
        return out

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> Extent | None:
        """From contract form.

        Raises:
            ValueError, TypeError: a number is none.
        """
        if not value:
            return None
        return cls(
            lines=_number(value.get("lines")), stated=bool(value.get("stated")),
            number=_number(value.get("number")),
            unit=str(value.get("unit", "")), qualifier=str(value.get("qualifier", "")),
        )


@dataclass(frozen=True, slots=True)
class SpanFinding:
    """A withheld stretch found by the machine.

    ``lines`` are source lines (1-based, inclusive) and only for text files. ``raw`` holds the text of a
    note. ``reasons`` are the evidence in words, one each; together they are the ``evidence``.
    """

    page: int
    kind: Kind
    rects: tuple[Rect, ...]
    confidence: float
    band: Band
    detector: str
    reasons: tuple[str, ...]
    origin: Origin = Origin.AGENCY
    lines: tuple[int, int] | None = None
    exemption_status: ExemptionStatus = ExemptionStatus.NOT_STATED
    codes: tuple[CodeReading, ...] = ()
    extent: Extent | None = None
    raw: str = ""
    id: str = ""
    status: Status = Status.SUGGESTED
    label: str = ""
    note: str = ""

    @property
    def evidence(self) -> str:
        """The reasons as one sentence."""
        return "; ".join(self.reasons)

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        out: dict[str, Any] = {
            "id": self.id, "page": self.page, "kind": str(self.kind), "origin": str(self.origin),
            "status": str(self.status),
            "rects": [r.as_list() for r in self.rects],
            "confidence": round(self.confidence, 3), "band": str(self.band), "detector": self.detector,
            "exemption_status": str(self.exemption_status),
            "codes": [c.to_json() for c in self.codes],
            "evidence": self.evidence,
        }
        if self.lines is not None:
            out["lines"] = list(self.lines)
        if self.extent is not None:
            out["extent"] = self.extent.to_json()
        for name, value in (("raw", self.raw), ("label", self.label), ("note", self.note)):
            if value:
                out[name] = value
        return out

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> SpanFinding:
        """From contract form; what a marks file may leave out gets the value of a reviewer's mark.

        Raises:
            ValueError, KeyError, TypeError: the object is not a span.
        """
        lines = value.get("lines")
        return cls(
            id=str(value.get("id", "")), page=int(value["page"]), kind=Kind(value.get("kind", "mark")),
            origin=Origin(value.get("origin", "reviewer")),
            status=Status(value.get("status", "suggested")),
            rects=tuple(Rect.of(r) for r in value["rects"]),
            confidence=_share(value.get("confidence", 1.0)), band=Band(value.get("band", "certain")),
            detector=str(value.get("detector", "marks")),
            reasons=(str(value["evidence"]),) if value.get("evidence") else (),
            lines=(int(lines[0]), int(lines[1])) if lines else None,
            exemption_status=ExemptionStatus(
                value.get("exemption_status", "stated" if value.get("codes") else "not_stated")
            ),
            codes=tuple(CodeReading.of(c) for c in value.get("codes", ())),
            extent=Extent.of(value.get("extent")), raw=str(value.get("raw", "")),
            label=str(value.get("label", "")), note=str(value.get("note", "")),
        )


@dataclass(frozen=True, slots=True)
class RecordReading:
    """One value of a record field: ``value`` normalised (ISO date, text identifier), ``raw`` as printed."""

    field: Field
    value: str
    raw: str
    page: int
    rect: Rect
    confidence: float
    rects: tuple[Rect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {
            "field": str(self.field), "value": self.value, "raw": self.raw, "page": self.page,
            "rect": self.rect.as_list(), "confidence": round(self.confidence, 3),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> RecordReading:
        """From contract form."""
        return cls(
            Field(value["field"]), str(value["value"]), str(value["raw"]), int(value["page"]),
            Rect.of(value["rect"]), _share(value["confidence"]),
        )


@dataclass(frozen=True, slots=True)
class Recoverable:
    """Text still present under a box: counted and located, never shown."""

    page: int
    rect: Rect
    characters: int

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {"page": self.page, "rect": self.rect.as_list(), "characters": self.characters}


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page of the document: number from 1, size in points as displayed, disposition where known."""

    number: int
    width: float
    height: float
    disposition: Disposition = Disposition.UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {
            "number": self.number, "width": round(self.width, 2), "height": round(self.height, 2),
            "disposition": str(self.disposition),
        }


@dataclass(frozen=True, slots=True)
class ScanResult:
    """All that one scan says of one file."""

    file: str
    sha256: str
    media_type: str
    pages: tuple[PageInfo, ...]
    spans: tuple[SpanFinding, ...] = ()
    record: tuple[RecordReading, ...] = ()
    recoverable: tuple[Recoverable, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return len(self.pages)

    @property
    def disposition(self) -> Disposition:
        """The stamped disposition of the document, ``unknown`` when no stamp says one."""
        for reading in self.record:
            if reading.field is Field.DISPOSITION:
                return Disposition(reading.value)
        return Disposition.UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {
            "file": self.file, "sha256": self.sha256, "media_type": self.media_type,
            "page_count": self.page_count, "pages": [p.to_json() for p in self.pages],
            "spans": [s.to_json() for s in self.spans], "record": [r.to_json() for r in self.record],
            "recoverable": [r.to_json() for r in self.recoverable], "warnings": list(self.warnings),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> ScanResult:
        """From contract form."""
        return cls(
            file=str(value["file"]), sha256=str(value["sha256"]), media_type=str(value["media_type"]),
            pages=tuple(
                PageInfo(
                    int(p["number"]), float(p["width"]), float(p["height"]), Disposition(p["disposition"])
                )
                for p in value["pages"]
            ),
            spans=tuple(SpanFinding.of(s) for s in value["spans"]),
            record=tuple(RecordReading.of(r) for r in value["record"]),
            recoverable=tuple(
                Recoverable(int(r["page"]), Rect.of(r["rect"]), int(r["characters"]))
                for r in value["recoverable"]
            ),
            warnings=tuple(str(w) for w in value["warnings"]),
        )
