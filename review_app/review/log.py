"""Reading the log: filters over a long one, a document as it was, and the export of what is filtered."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from review_app.domain.display import isolated
from review_app.domain.errors import Cancelled, EnvironmentProblem, RuleBroken, UsageError
from review_app.domain.rows import LogLine, LogRow, Progress, RecordRow, SpanRow
from review_app.review.outgoing import outgoing
from review_app.review.session import Session

SUFFIXES = (".csv", ".json")
"""What a log is exported as."""
_TOLD_EVERY = 5_000


class Log:
    """The audit log as it is looked at. Nothing here writes into the workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def numbers(self, **filters: Any) -> Sequence[int]:
        """The numbers of the entries that pass the filters of the store's ``numbers``, newest first."""
        return self._session.workspace.log.numbers(**filters)

    def lines(self, numbers: Sequence[int]) -> list[LogLine | None]:
        """The entries of these numbers as a list shows them; None where the log has a hole."""
        return self._session.workspace.log.lines(numbers)

    def entry(self, seq: int) -> LogRow | None:
        """The whole entry, None where the log has a hole."""
        return next(iter(self._session.workspace.log.entries([seq])), None)

    def actors(self) -> list[str]:
        """Everybody who is in the log."""
        return self._session.workspace.log.actors()

    def actions(self) -> list[str]:
        """Every action that is in the log."""
        return self._session.workspace.log.actions()

    def at(self, moment: str) -> LogRow:
        """The newest entry made up to and including a UTC time or day.

        Raises:
            RuleBroken: nothing was in the log then.
        """
        seq = self._session.workspace.log.last_before(moment)
        found = self.entry(seq) if seq else None
        if found is None:
            raise RuleBroken(
                "Nothing was in the log then", why="the workspace is younger", todo="Choose a later day"
            )
        return found

    def spans_at(self, document_id: str, seq: int) -> list[SpanRow]:
        """The spans of a document as they were after entry ``seq``, by page and place."""
        return self._session.workspace.log.spans_at(document_id, seq)

    def record_at(self, document_id: str, seq: int) -> list[RecordRow]:
        """The record fields of a document as they were after entry ``seq``, by page and place."""
        return self._session.workspace.log.record_at(document_id, seq)

    def export(
        self, numbers: Sequence[int], out: Path, *, progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Path:
        """Write the entries of these numbers, oldest first, as csv or json by the name's end.

        Entries are read a few hundred at a time: a million need no more memory than one.

        Raises:
            UsageError: the name ends in neither.
            EnvironmentProblem: the file cannot be written; nothing is left of it.
            Cancelled: ``cancel`` was set; nothing is left of it.
        """
        suffix = out.suffix.lower()
        if suffix not in SUFFIXES:
            raise UsageError(
                f"{isolated(out.name)} names no kind of file", why="a log is exported as a table or as JSON",
                todo="Let the name end in .csv or .json",
            )
        total = len(numbers)

        def entries() -> Iterable[dict[str, Any]]:
            found = self._session.workspace.log.entries(numbers[::-1])
            for done, entry in enumerate(found):
                if cancel is not None and cancel.is_set():
                    raise Cancelled("Stopped")
                if progress is not None and done % _TOLD_EVERY == 0:
                    progress(Progress(done, total))
                yield dataclasses.asdict(entry)

        with outgoing(out.absolute(), None) as part:
            try:
                with part.open("w", encoding="utf-8", newline="", errors="backslashreplace") as file:
                    (_write_csv if suffix == ".csv" else _write_json)(file, entries())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise EnvironmentProblem(
                    f"{isolated(out)} cannot be written ({error.strerror})", todo="Choose another place"
                ) from error
        return out


def _write_json(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    file.write("[")
    for number, row in enumerate(rows):
        file.write(",\n" if number else "\n")
        json.dump(row, file, ensure_ascii=False)
    file.write("\n]\n")


def _write_csv(file: TextIO, rows: Iterable[dict[str, Any]]) -> None:
    writer = csv.DictWriter(file, [f.name for f in dataclasses.fields(LogRow)])
    writer.writeheader()
    for row in rows:
        row["changes"] = json.dumps(row["changes"], ensure_ascii=False, sort_keys=True)
        writer.writerow({key: _harmless(value) for key, value in row.items()})


def _harmless(value: Any) -> Any:
    """A cell that a spreadsheet would take for a formula gets a quote in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
