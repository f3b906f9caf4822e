"""``review-app redact``: the release copy of one file."""

from __future__ import annotations

from collections import Counter
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
from review_app.cli.recognition import check_ocr_options
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.guessing import Gap
from review_app.domain.ocr import OcrSettings
from review_app.review.releasing import Decision, Released, ReleaseFailed, StandsElsewhere, release
from review_app.review.standalone import read_json

GAPS = {
    "constant": "of constant width", "round": "rounded", "line": "with the rest of their line removed",
    "keep": "as wide as what was removed",
}

PICTURES = "Pages become pictures with --method raster (all marked ones) or --raster-page N"

MAX_LINES = 40
"""Findings that are printed; more of them say no more."""


@click.command(epilog="Example: review-app redact memo.pdf --marks marks.json -o memo.release.pdf")
@click.argument("file", type=PathType)
@click.option("--marks", "marks_file", required=True, type=PathType, metavar="M.json",
              help="What to remove: the form of scan --json.")
@click.option("-o", "--out", required=True, type=PathType, metavar="OUT.pdf", help="The file to write.")
@click.option("--method", type=click.Choice(["remove", "raster"]), default="remove", show_default=True,
              help="Remove the content under the marks, or turn marked pages into pictures.")
@click.option("--raster-page", "raster_pages", multiple=True, type=click.IntRange(min=1), metavar="N",
              help="Turn this page into a picture; may be given several times.")
@click.option("--black", is_flag=True, help="Black boxes instead of white ones with a black border.")
@click.option("--gap", type=click.Choice([str(g) for g in Gap]), default="auto", show_default=True,
              help="The gap that a removed word leaves: constant (auto: for names, figures, single words), "
              "rounded up to 18 points, with the rest of its line removed, or kept as wide as the word.")
@click.option("--elsewhere", type=click.Choice([str(d) for d in Decision]), default="list", show_default=True,
              help="Removed words that also stand unmarked: write the copy and list their places, accept "
              "them (the certificate says so), or write no copy and end with 4.")
@click.option("--reocr", is_flag=True, help="Read pages that become pictures again, from the marked picture, "
              "so that their text can be searched (needs Tesseract).")
@click.option("--report", type=PathType, metavar="R.json", help="Write the certificate of the verification.")
@check_ocr_options
@password_option
@click.option("--workspace", type=FolderType, metavar="DIR",
              help="Log the act in this workspace; the certificate then carries the log's head.")
@actor_option
def redact(
    file: Path, marks_file: Path, out: Path, method: str, raster_pages: tuple[int, ...], black: bool,
    elsewhere: str, reocr: bool, gap: str, report: Path | None, password_file: Path | None,
    workspace: Path | None, actor: str | None, ocr: OcrSettings,
) -> int:
    """Write a release copy of FILE: what is marked is removed, the rest rebuilt, and the result attacked.

    OUT is written only when the attack finds nothing; otherwise the command ends with 4 and lists, mark by
    mark, what survived where.
    """
    if report is not None and report.absolute() == out.absolute():
        raise UsageError("The report and the copy have one name", todo="Give two names")
    if reocr and method != "raster" and not raster_pages:
        raise UsageError(
            "Only pages that become pictures are read again", todo="Add --method raster or --raster-page N"
        )
    passwords = read_passwords(password_file)
    marks = read_json(marks_file)
    with logbook(workspace, actor_or_default(actor)) as book:

        def log(released: Released) -> None:
            book.write("redact", file, released.original_sha256, released.sha256)

        try:
            if not isinstance(marks, dict):
                raise InputRefused(
                    f"{shown(marks_file)} is no marks file", todo="Give the output of scan --json"
                )
            released = release(
                file, out, marks, method=method, raster_pages=raster_pages, black=black, gap=gap,
                passwords=passwords, report=report, head=book.head(), ocr=ocr, reocr=reocr,
                elsewhere=Decision(elsewhere),
                on_written=log,
            )
        except (ReleaseFailed, StandsElsewhere) as error:
            for finding in error.findings[:MAX_LINES]:
                mark = f"mark {shown(finding.mark)}: " if finding.mark else ""
                page = f"page {finding.page}: " if finding.page else ""
                say(f"{mark}{page}{finding.what} ({finding.count}x)")
            if len(error.findings) > MAX_LINES:
                say(f"and {len(error.findings) - MAX_LINES} more")
            say_error(error, str(file))
            if isinstance(error, ReleaseFailed):
                say(f"{PICTURES}; gaps are kept with --gap keep")
            return error.exit_code
        except InputRefused as error:
            say_error(error, str(file))
            if "pictures" in error.todo:
                say(PICTURES)
            return error.exit_code
    say(_summary(out, released))
    for line in _notes(released):
        say(line)
    return 0


def _summary(out: Path, released: Released) -> str:
    done = released.done
    parts = [counted(int(done["marks"]), "mark"), counted(int(done["glyphs"]), "character") + " removed"]
    for name, word in (("images", "image"), ("paths", "drawing")):
        if done[name]:
            parts.append(counted(int(done[name]), word) + " cut")
    if done["raster_pages"]:
        parts.append(counted(len(done["raster_pages"]), "page") + " as pictures")
    return f"{shown(out)}: {', '.join(parts)}, verified, sha256 {released.sha256}"


def _notes(released: Released) -> list[str]:
    """What a reviewer must know of the copy: what is not carried over, and what wants a decision."""
    notes = []
    left = {kind: number for kind, number in dict(released.done["left_out"]).items() if number}
    if left:
        words = ", ".join(f"{number} {kind}" for kind, number in sorted(left.items()))
        notes.append(f"Annotations left out: {words}")
    if released.done.get("tags") == "left out":
        notes.append("The tags of the original (its structure, for reading aloud) are not carried over")
    if released.done["was_signed"]:
        notes.append("The digital signature of the original does not hold for a changed file and is gone")
    if released.done["raster_pages"]:
        pages = ", ".join(str(n) for n in released.done["raster_pages"])
        read = dict(released.done.get("reocr") or {})
        notes.append(
            f"Pages that became pictures were read again by {read['engine']}, their text has faults: {pages}"
            if read else f"Pages that became pictures have no text any more: {pages}"
        )
        if read.get("failed"):
            notes.append(f"Could not be read again: {', '.join(str(n) for n in read['failed'])}")
    gaps = Counter(dict(released.done["gaps"]).values())
    said = [f"{gaps[g]} {GAPS[g]}" for g in GAPS if gaps[g]]
    if said:
        notes.append("Gaps of removed text: " + ", ".join(said))
    for mark, why in dict(released.done["undefended"]).items():
        notes.append(f"To decide: mark {shown(mark)}: its gap keeps the width of what was removed: {why}")
    there = dict(released.done["elsewhere"])
    if there["places"]:
        word = "accepted" if there["decision"] == Decision.ACCEPT else "not decided (--elsewhere)"
        notes.append(
            f"What was removed also stands unmarked at {counted(int(there['places']), 'place')}: {word}"
        )
    for finding in released.verification.findings:
        mark = f"mark {shown(finding.mark)}: " if finding.mark else ""
        notes.append(f"To decide: {mark}page {finding.page}: {finding.what} ({finding.count}x)")
    return notes[:MAX_LINES]
