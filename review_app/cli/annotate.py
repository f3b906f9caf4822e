"""``review-app annotate``: the annotated copy of one file."""

from __future__ import annotations

from pathlib import Path

import click

from review_app.cli.logged import head_of, log_act
from review_app.cli.options import (
    PathType,
    actor_option,
    actor_or_default,
    password_option,
    read_passwords,
)
from review_app.cli.output import say
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused
from review_app.review.standalone import Standalone, read_marks


@click.command(epilog="Example: review-app annotate memo.pdf -o memo.annotated.pdf --marks marks.json")
@click.argument("file", type=PathType)
@click.option("-o", "--out", required=True, type=PathType, metavar="OUT.pdf", help="The file to write.")
@click.option("--marks", "marks_file", type=PathType, metavar="M.json",
              help="Annotate these spans instead of what a scan finds.")
@click.option("--sheet/--no-sheet", default=True, help="Append the review sheet.")
@password_option
@click.option("--workspace", type=PathType, metavar="DIR",
              help="Log the act in this workspace; the copy then carries the log's head.")
@actor_option
def annotate(
    file: Path, out: Path, marks_file: Path | None, sheet: bool, password_file: Path | None,
    workspace: Path | None, actor: str | None,
) -> None:
    """Write an annotated copy of FILE: standard annotations, the pages themselves unchanged."""
    name = actor_or_default(actor)
    spans = None
    wanted_hash = ""
    if marks_file is not None:
        marks, spans = read_marks(marks_file)
        wanted_hash = str(marks.get("sha256") or "")
    if _same(file, out):
        raise InputRefused(
            "The annotated copy would overwrite the original", why="an original is never written",
            todo="Choose another name with -o",
        )
    head = head_of(workspace, name) if workspace is not None else None
    with Standalone() as tool:
        written = tool.annotate(
            file, out, spans, actor=name, passwords=read_passwords(password_file), sheet=sheet, head=head,
            wanted_sha256=wanted_hash,
        )
    if workspace is not None:
        log_act(workspace, name, "annotate", str(file), written["original_sha256"], written["sha256"])
    say(f"{shown(out)}: {written['spans']} spans, sha256 {written['sha256']}")


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:  # one of them is not there, or not ours to see: the writer will say so
        return False
