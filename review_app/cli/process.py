"""``review-app process``: the main job without a window."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from review_app.cli.inputs import collect
from review_app.cli.options import (
    PathType,
    actor_option,
    actor_or_default,
    password_option,
    read_passwords,
    workspace_option,
    workspace_or_default,
)
from review_app.cli.output import say, say_error, stderr_console, stdout_console
from review_app.cli.recognition import ocr_options
from review_app.domain.display import shown
from review_app.domain.errors import Cancelled, EnvironmentProblem, InputRefused, ReviewError, gravest
from review_app.domain.ocr import OcrSettings
from review_app.domain.rows import DocumentRow, RecordRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Field, FieldStatus
from review_app.review.desk import Desk


@dataclass(frozen=True, slots=True)
class _Outcome:
    path: Path
    document: DocumentRow | None = None
    record: tuple[RecordRow, ...] = ()
    was_known: bool = False
    export: Path | None = None
    error: ReviewError | None = None


@click.command(epilog="Example: review-app process requests/ --out annotated --case F-2014-20439")
@click.argument("paths", nargs=-1, required=True, type=PathType)
@click.option("--out", type=PathType, metavar="DIR", help="Where annotated copies go; default exports/.")
@click.option("--case", metavar="NUMBER", help="File the documents under this case.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, metavar="N", help="Documents at a time.")
@ocr_options
@click.option("--rescan", is_flag=True,
              help="Scan files that are recorded already again; what people decided stays.")
@password_option
@workspace_option
@actor_option
def process(
    paths: tuple[Path, ...], out: Path | None, case: str | None, jobs: int | None, ocr: OcrSettings,
    rescan: bool, password_file: Path | None, workspace: Path | None, actor: str | None,
) -> int:
    """Add files or folders, find spans and stamps, record all, write an annotated PDF for each."""
    passwords = read_passwords(password_file)
    folder = workspace_or_default(workspace)
    count = jobs or min(8, os.cpu_count() or 1)
    with Desk.open(folder, actor_or_default(actor), jobs=count, ocr=ocr) as desk:
        desk.check_ocr()
        target = _out_folder(out, desk)
        files, errors = collect(paths, out=target, ours=desk.exporting.paths())
        for path, error in errors:
            say_error(error, str(path))
        outcomes = _run(desk, files, target, case, passwords, count, rescan=rescan)
        _print_summary(outcomes)
        for outcome in outcomes:
            for warning in outcome.document.warnings if outcome.document else ():
                say(f"warning: {shown(outcome.path)}: {warning}")
        done = [o for o in outcomes if o.document is not None]
        head = desk.history.head()
        say(f"{len(done)} of {len(files) + len(errors)} recorded in {shown(desk.folder)}; "
            f"annotated copies in {shown(target)}; audit log at entry {head.seq}, {head.hash[:16]}")
        codes = [error.exit_code for _, error in errors]
        codes += [o.error.exit_code for o in outcomes if o.error is not None]
    return gravest(codes)


def _out_folder(out: Path | None, desk: Desk) -> Path:
    if out is None:
        return desk.exports_folder
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem(
            f"The folder {shown(out)} cannot be made ({error.strerror})",
            why="annotated copies would have no place", todo="Choose another folder with --out",
        ) from error
    if not os.access(out, os.W_OK | os.X_OK):  # before hours of work, not after each file
        raise EnvironmentProblem(
            f"No permission to write in the folder {shown(out)}", why="annotated copies would have no place",
            todo="Choose another folder with --out",
        )
    return out.absolute()


def _run(
    desk: Desk, files: Sequence[Path], target: Path, case: str | None, passwords: Sequence[str], jobs: int,
    *, rescan: bool = False,
) -> list[_Outcome]:
    cancel = threading.Event()
    outcomes: dict[Path, _Outcome] = {}

    exporter = _Once(desk, target, cancel)
    again = _Again(desk, passwords, cancel)

    def work(path: Path) -> _Outcome:
        outcome = _Outcome(path)
        try:
            added = desk.intake.add(path, case=case, passwords=passwords, cancel=cancel)
            if rescan and added.was_known:
                again.scan(added.document_id, path)
            outcome = _Outcome(
                path, desk.document(added.document_id), tuple(desk.record(added.document_id)), added.was_known
            )
            return replace(outcome, export=exporter.export(added.document_id))
        except ReviewError as error:
            return replace(outcome, error=error)

    with _progress(len(files)) as advance, ThreadPoolExecutor(jobs) as pool:
        waiting: set[Future[_Outcome]] = {pool.submit(work, path) for path in files}
        try:
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    outcome = future.result()
                    outcomes[outcome.path] = outcome
                    if outcome.error is not None:
                        _tell(outcome)
                    advance(outcome.path)
        except KeyboardInterrupt:
            cancel.set()
            for future in waiting:
                future.cancel()
            raise Cancelled(
                "Stopped", why=f"{len(outcomes)} of {len(files)} files were done and stay recorded",
                todo="Run the same command again to go on",
            ) from None
    return [outcomes[path] for path in files]


class _Again:
    """One more scan of each document, however often its bytes were given."""

    def __init__(self, desk: Desk, passwords: Sequence[str], cancel: threading.Event) -> None:
        self._desk, self._passwords, self._cancel = desk, passwords, cancel
        self._lock = threading.Lock()
        self._seen: set[str] = set()

    def scan(self, document_id: str, path: Path) -> None:
        """Scan a document again at the first call, and say what is different."""
        with self._lock:
            if document_id in self._seen:
                return
            self._seen.add(document_id)
        done = self._desk.rescanning.again(document_id, passwords=self._passwords, cancel=self._cancel)
        say(f"scanned again: {shown(path)}: {done.in_words()}")


class _Once:
    """One annotated copy of each document, however often its bytes were given."""

    def __init__(self, desk: Desk, target: Path, cancel: threading.Event) -> None:
        self._desk, self._target, self._cancel = desk, target, cancel
        self._lock = threading.Lock()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._done: dict[str, Path] = {}

    def export(self, document_id: str) -> Path:
        """The copy of a document, written at the first call that succeeds."""
        with self._lock:
            turn = self._turns[document_id]
        with turn:
            if document_id not in self._done:
                self._done[document_id] = self._desk.exporting.annotated(
                    document_id, self._target, replace=True, cancel=self._cancel
                )
            return self._done[document_id]


def _tell(outcome: _Outcome) -> None:
    error = outcome.error
    if error is None:
        return
    if outcome.document is not None and not isinstance(error, Cancelled):
        what = f"Recorded, but without an annotated copy. {error.what}"
        error = type(error)(what, why=error.why, todo=error.todo)
    say_error(error, str(outcome.path))


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Path], None]]:
    """A bar on a terminal, nothing elsewhere."""
    console = stderr_console()
    if not console.is_terminal:
        yield lambda path: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("processing", total=total)

        def advance(path: Path) -> None:
            bar.update(task, advance=1, description=shown(path.name)[:40])

        yield advance


def _print_summary(outcomes: Sequence[_Outcome]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("file", "pages", "spans", "disposition", "case", "review authority", "annotated copy"):
        table.add_column(title, overflow="fold", justify="right" if title in ("pages", "spans") else "left")
    for outcome in outcomes:
        name = shown(outcome.path.name)
        document = outcome.document
        if document is None:
            refused = isinstance(outcome.error, InputRefused)
            table.add_row(Text(name), "-", "-", "refused" if refused else "failed", "", "", "")
            continue
        copy = shown(outcome.export.name) if outcome.export is not None else "none"
        table.add_row(
            Text(name), str(document.page_count), str(document.span_count), str(document.disposition),
            Text(_value(outcome.record, Field.CASE_ID)), Text(_value(outcome.record, Field.REVIEW_AUTHORITY)),
            Text(copy + (" (recorded before)" if outcome.was_known else "")),
        )
    stdout_console().print(table)


def _value(record: Sequence[RecordRow], field: Field) -> str:
    values = [r.value for r in record if r.field is field and r.status is not FieldStatus.REJECTED]
    return shown("; ".join(dict.fromkeys(values)))
