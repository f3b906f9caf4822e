"""``review-app process``: the main job without a window."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

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
from review_app.domain.display import shown
from review_app.domain.errors import Cancelled, EnvironmentProblem, InputRefused, ReviewError, gravest
from review_app.domain.rows import DocumentRow, RecordRow
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
@password_option
@workspace_option
@actor_option
def process(
    paths: tuple[Path, ...], out: Path | None, case: str | None, jobs: int | None,
    password_file: Path | None, workspace: Path | None, actor: str | None,
) -> int:
    """Add files or folders, find spans and stamps, record all, write an annotated PDF for each."""
    passwords = read_passwords(password_file)
    folder = workspace_or_default(workspace)
    count = jobs or min(8, os.cpu_count() or 1)
    with Desk.open(folder, actor_or_default(actor), jobs=count) as desk:
        target = _out_folder(out, desk)
        files, errors = _collect(paths, skip=(target, desk.folder))
        for path, error in errors:
            say_error(error, str(path))
        outcomes = _run(desk, files, target, case, passwords, count)
        _print_summary(outcomes)
        done = [o for o in outcomes if o.error is None]
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
    return out.absolute()


def _collect(
    paths: Sequence[Path], skip: Sequence[Path]
) -> tuple[list[Path], list[tuple[Path, ReviewError]]]:
    """Files as given, and those in folders, in order of name; hidden files and our own output left out."""
    files: list[Path] = []
    errors: list[tuple[Path, ReviewError]] = []
    away = [p.resolve() for p in skip]
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        found = [
            Path(folder, name)
            for folder, folders, names in os.walk(path)
            if not _is_hidden(Path(folder), path)
            for name in names if not name.startswith(".")
        ]
        found = sorted(p for p in found if not any(p.resolve().is_relative_to(a) for a in away))
        if not found:
            refused = InputRefused("The folder holds no files", todo="Name a folder with documents")
            errors.append((path, refused))
        files += found
    return list(dict.fromkeys(files)), errors


def _is_hidden(folder: Path, top: Path) -> bool:
    return any(part.startswith(".") for part in folder.relative_to(top).parts)


def _run(
    desk: Desk, files: Sequence[Path], target: Path, case: str | None, passwords: Sequence[str], jobs: int
) -> list[_Outcome]:
    cancel = threading.Event()
    outcomes: dict[Path, _Outcome] = {}

    def work(path: Path) -> _Outcome:
        try:
            added = desk.intake.add(path, case=case, passwords=passwords, cancel=cancel)
            export = desk.exporting.annotated(added.document_id, target, replace=True, cancel=cancel)
            return _Outcome(
                path, desk.document(added.document_id), tuple(desk.record(added.document_id)),
                added.was_known, export,
            )
        except ReviewError as error:
            return _Outcome(path, error=error)

    with _progress(len(files)) as advance, ThreadPoolExecutor(jobs) as pool:
        waiting: set[Future[_Outcome]] = {pool.submit(work, path) for path in files}
        try:
            while waiting:
                ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in ready:
                    outcome = future.result()
                    outcomes[outcome.path] = outcome
                    if outcome.error is not None:
                        say_error(outcome.error, str(outcome.path))
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
        if document is None or outcome.export is None:
            table.add_row(Text(name), "-", "-", "refused", "", "", "")
            continue
        table.add_row(
            Text(name), str(document.page_count), str(document.span_count), str(document.disposition),
            Text(_value(outcome.record, Field.CASE_ID)), Text(_value(outcome.record, Field.REVIEW_AUTHORITY)),
            Text(shown(outcome.export.name) + (" (recorded before)" if outcome.was_known else "")),
        )
    stdout_console().print(table)


def _value(record: Sequence[RecordRow], field: Field) -> str:
    values = [r.value for r in record if r.field is field and r.status is not FieldStatus.REJECTED]
    return shown("; ".join(dict.fromkeys(values)))
