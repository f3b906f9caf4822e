"""What an exported overview says, as plain values: the writers of reports get this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Protocol

from review_app.domain.overview import Overview
from review_app.domain.rows import LogHead, RecordRow, SpanRow
from review_app.domain.values import dataclass


@dataclass(frozen=True, slots=True)
class OverviewReport:
    """Figures, and what stands beside them.

    ``records`` and ``spans`` are by document id, rejected ones left out. ``head`` is the audit log's head
    before the entry of this export, ``made_at`` UTC ISO 8601. Notes and justifications of spans go out only
    ``with_notes``, internal notes never. Text under boxes is in none of the values.
    """

    overview: Overview
    made_at: str
    actor: str
    app_version: str
    head: LogHead
    records: Mapping[str, tuple[RecordRow, ...]] = field(default_factory=dict)
    spans: Mapping[str, tuple[SpanRow, ...]] = field(default_factory=dict)
    with_notes: bool = False


class Writer(Protocol):
    """Writes a report into a new file."""

    def __call__(self, report: OverviewReport, out: Path) -> None:
        """Write ``report`` to ``out``.

        Raises:
            OSError: the file cannot be written.
            ReviewError: the report cannot be told in this form.
        """
