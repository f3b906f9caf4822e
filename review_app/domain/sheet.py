"""What the review sheet of an annotated copy prints, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from review_app.domain.findings import RecordReading
from review_app.domain.rows import LogHead
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Disposition


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """The sheet after the last page of an annotated copy (contract, "Annotated copy").

    ``file`` is the name as received, ``sha256`` of the bytes as received. ``head`` is the audit log's head
    before the entry of this export, None where no workspace is involved. ``made_at`` is UTC ISO 8601.
    ``authors`` and ``decisions`` map a span's id to who marked it and to this review's decision in words;
    both may be empty. Spans themselves are handed to the writer beside the sheet.
    """

    file: str
    sha256: str
    actor: str
    made_at: str
    case_number: str = ""
    document_id: str = ""
    disposition: Disposition = Disposition.UNKNOWN
    record: tuple[RecordReading, ...] = ()
    warnings: tuple[str, ...] = ()
    head: LogHead | None = None
    app_version: str = ""
    authors: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the pipe to a child process."""
        return {
            "file": self.file, "sha256": self.sha256, "actor": self.actor, "made_at": self.made_at,
            "case_number": self.case_number, "document_id": self.document_id,
            "disposition": str(self.disposition), "record": [r.to_json() for r in self.record],
            "warnings": list(self.warnings),
            "head": {"seq": self.head.seq, "hash": self.head.hash} if self.head else None,
            "app_version": self.app_version, "authors": dict(self.authors),
            "decisions": dict(self.decisions),
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> ReviewSheet:
        """From :meth:`to_json`.

        Raises:
            ValueError, KeyError, TypeError: the object is not a sheet.
        """
        head = value.get("head")
        return cls(
            file=str(value["file"]), sha256=str(value["sha256"]), actor=str(value["actor"]),
            made_at=str(value["made_at"]), case_number=str(value.get("case_number", "")),
            document_id=str(value.get("document_id", "")),
            disposition=Disposition(value.get("disposition", "unknown")),
            record=tuple(RecordReading.of(r) for r in value.get("record", ())),
            warnings=tuple(str(w) for w in value.get("warnings", ())),
            head=LogHead(int(head["seq"]), str(head["hash"])) if head else None,
            app_version=str(value.get("app_version", "")),
            authors={str(k): str(v) for k, v in dict(value.get("authors", {})).items()},
            decisions={str(k): str(v) for k, v in dict(value.get("decisions", {})).items()},
        )
