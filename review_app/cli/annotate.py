"""``review-app annotate``: the annotated copy of one file."""

from __future__ import annotations

from pathlib import Path

import click

from review_app.cli.logged import logbook
from review_app.cli.options import (
    FolderType,
    PathType,
    actor_option,
    actor_or_default,
    password_option,
    read_passwords,
)
from review_app.cli.output import counted, say, say_error
from review_app.cli.recognition import ocr_options
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused
from review_app.domain.ocr import OcrSettings
from review_app.review.standalone import Standalone, Written, read_marks


@click.command(epilog="Example: review-app annotate memo.pdf -o memo.annotated.pdf --marks marks.json")
@click.argument("file", type=PathType)
@click.option("-o", "--out", required=True, type=PathType, metavar="OUT.pdf", help="The file to write.")
@click.option("--marks", "marks_file", type=PathType, metavar="M.json",
              help="Annotate these spans instead of what a scan finds.")
@click.option("--sheet/--no-sheet", default=True, help="Append the review sheet.")
@ocr_options
@password_option
@click.option("--workspace", type=FolderType, metavar="DIR",
              help="Log the act in this workspace; the copy then carries the log's head.")
@actor_option
def annotate(
    file: Path, out: Path, marks_file: Path | None, sheet: bool, password_file: Path | None,
    workspace: Path | None, actor: str | None, ocr: OcrSettings,
) -> int:
    """Write an annotated copy of FILE: standard annotations, the pages themselves unchanged."""
    passwords = read_passwords(password_file)
    spans = None
    wanted_hash = ""
    if marks_file is not None:
        marks, spans = read_marks(marks_file)
        wanted_hash = str(marks.get("sha256") or "")
    with logbook(workspace, actor_or_default(actor)) as book, Standalone(ocr=ocr) as tool:
        tool.check_ocr()

        def log(written: Written) -> None:
            book.write("annotate", file, written.original_sha256, written.sha256)

        try:
            written = tool.annotate(
                file, out, spans, actor=book.actor, passwords=passwords, sheet=sheet, head=book.head(),
                wanted_sha256=wanted_hash, on_written=log,
            )
        except InputRefused as error:
            say_error(error, str(file))
            return error.exit_code
    say(f"{shown(out)}: {counted(written.spans, 'span')}, sha256 {written.sha256}")
    return 0
