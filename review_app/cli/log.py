"""``review-app log``: read the audit log, verify it, export it."""

from __future__ import annotations

import dataclasses
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from review_app.cli.options import (
    PathType,
    password_option,
    read_passwords,
    workspace_option,
    workspace_or_default,
)
from review_app.cli.output import counted, put_json, say, say_error, stdout_console
from review_app.domain.display import shown
from review_app.domain.errors import EnvironmentProblem, InputRefused, LogDoesNotVerify
from review_app.domain.rows import LogHead, LogRow
from review_app.review.anchors import head_in
from review_app.review.desk import Desk
from review_app.review.history import action_words
from review_app.review.log import SUFFIXES
from review_app.review.standalone import Standalone

_PART_OF_A_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
"""A year, a month or a day."""
_CLOCK = re.compile(r"[T ]\d\d(:?\d\d)?(:?\d\d)?")


def _time(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A time as the log writes it: UTC, and only as exact as it was given (a date stays a date)."""
    if value is None:
        return None
    try:
        if _PART_OF_A_DATE.fullmatch(value):
            date.fromisoformat(f"{value}-01-01"[:10])
            return value
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            "it is not a time of ISO 8601, for example 2026-01-31 or 2026-01-31T14:30"
        ) from None
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    clock = _CLOCK.search(value)
    if clock is None:
        return found.date().isoformat()
    exact = "seconds" if clock[2] else "minutes" if clock[1] else "hours"
    return found.isoformat(timespec="microseconds" if found.microsecond else exact)


def _filters(command: Any) -> Any:
    for option in reversed((
        click.option("--by", metavar="NAME", help="Only entries of this person."),
        click.option("--action", metavar="ACTION", help="Only this action, for example span.confirmed."),
        click.option("--since", metavar="TIME", callback=_time, help="Not before this UTC time, ISO 8601."),
        click.option("--until", metavar="TIME", callback=_time,
                     help="Not after this UTC time, ISO 8601; a date is the whole day."),
        click.option("--document", metavar="ID", help="Only entries about this document."),
        click.option("--text", metavar="TEXT", help="Only entries whose changes hold this text."),
        click.option("--limit", type=click.IntRange(1), metavar="N", help="Newest N entries only."),
        workspace_option,
    )):
        command = option(command)
    return command


@click.group(epilog="Example: review-app log verify --workspace review")
def log() -> None:
    """The audit log."""


@log.command("list", epilog="Example: review-app log list --by ortiz --since 2026-01-01")
@_filters
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_entries(workspace: Path | None, as_json: bool, **filters: Any) -> None:
    """List entries, oldest first."""
    with _reader(workspace) as desk:
        entries = _entries(desk, filters)
    if as_json:
        for entry in entries:
            put_json(dataclasses.asdict(entry))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("seq", "at (UTC)", "actor", "action", "changes", "hash"):
        table.add_column(title, overflow="fold", justify="right" if title in ("seq", "changes") else "left")
    for entry in entries:
        reverts = f" of {entry.reverts}" if entry.reverts else ""
        table.add_row(
            str(entry.seq), shown(entry.at), Text(shown(entry.actor)),
            shown(action_words(entry.action)) + reverts,
            str(len(entry.changes)), shown(entry.hash[:16]),
        )
    stdout_console().print(table)


@log.command("verify", epilog="Example: review-app log verify --anchor memo.annotated.pdf")
@workspace_option
@click.option("--anchor", type=PathType, metavar="EXPORT",
              help="Also: the log still holds the state this copy, report or picture was made from.")
@password_option
def verify(workspace: Path | None, anchor: Path | None, password_file: Path | None) -> int:
    """Recompute the chain, compare every table with its history and every original with its hash.

    Exit code 6 when something does not hold.
    """
    passwords = read_passwords(password_file)
    with _reader(workspace) as desk:
        found = None
        if anchor is not None:
            found = head_in(anchor)
        if anchor is not None and found is None:
            try:
                with Standalone() as tool:
                    found = tool.anchor(anchor, passwords)
            except InputRefused as error:
                say_error(error, str(anchor))
                return error.exit_code
        problems = desk.history.verify()
        head = desk.history.head() if not problems else LogHead(0, "")
        if found is not None:
            problems += desk.history.check_anchor(found.seq, found.hash)
        try:
            problems += desk.history.check_originals()
        except EnvironmentProblem:
            if not problems:
                raise
    console = stdout_console()
    for problem in problems:
        console.print(str(problem), soft_wrap=True)
    if problems:
        raise LogDoesNotVerify(
            f"The audit log does not verify: {counted(len(problems), 'problem')}",
            why="something was changed outside the program, or the disk failed",
            todo="Keep this workspace as it is, and compare it with a backup",
        )
    console.print(f"ok: {counted(head.seq, 'entry', 'entries')}, head {head.hash}")
    return 0


@log.command("export", epilog="Example: review-app log export -o log.csv")
@click.option(
    "-o", "--out", required=True, type=PathType, metavar="FILE.{csv,json}", help="The file to write."
)
@_filters
def export(workspace: Path | None, out: Path, **filters: Any) -> None:
    """Write entries to a csv or json file, oldest first."""
    if out.suffix.lower() not in SUFFIXES:
        raise click.UsageError("the file's name must end in .csv or .json")
    with _reader(workspace) as desk:
        numbers = [entry.seq for entry in _entries(desk, filters)][::-1]
        desk.log.export(numbers, out)
    say(f"{shown(out)}: {counted(len(numbers), 'entry', 'entries')}")


def _reader(workspace: Path | None) -> Desk:
    folder = workspace_or_default(workspace)
    if not os.path.isfile(folder / "review.db"):  # noqa: PTH113 - Path.is_file raises where it may not look
        raise InputRefused(
            f"There is no workspace in {shown(folder)}", todo="Name its folder with --workspace DIR"
        )
    return Desk.open(folder, "auditor", read_only=True, jobs=1)


def _entries(desk: Desk, filters: dict[str, Any]) -> list[LogRow]:
    found = desk.history.log(
        actor=filters["by"], action=filters["action"], since=filters["since"], until=filters["until"],
        document_id=filters["document"], text=filters["text"], limit=filters["limit"],
    )
    return found[::-1]
