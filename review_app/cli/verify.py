"""``review-app verify``: attack a finished file; with its original and the marks, prove a release copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from review_app.cli.logged import logbook
from review_app.cli.options import (
    FolderType,
    PathType,
    actor_option,
    actor_or_default,
    password_option,
    read_passwords,
)
from review_app.cli.output import counted, put_json, say_error, stdout_console
from review_app.cli.recognition import check_ocr_options
from review_app.domain.display import shown
from review_app.domain.errors import ReviewError, UsageError, VerificationFailed, gravest
from review_app.domain.ocr import OcrSettings
from review_app.domain.verification import Finding, Verification
from review_app.review.standalone import Standalone, read_json

MAX_ROWS = 60
"""Rows of the table for people; --json has them all."""


@click.command(epilog="Example: review-app verify memo.release.pdf --original memo.pdf --marks marks.json")
@click.argument("files", nargs=-1, required=True, type=PathType, metavar="FILE...")
@click.option("--original", type=PathType, metavar="ORIG", help="The file that FILE was made from.")
@click.option("--marks", "marks_file", type=PathType, metavar="M.json", help="What was to be removed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the certificate.")
@check_ocr_options
@password_option
@click.option("--workspace", type=FolderType, metavar="DIR",
              help="Log the act in this workspace; the certificate then carries the log's head.")
@actor_option
def verify(
    files: tuple[Path, ...], original: Path | None, marks_file: Path | None, as_json: bool,
    password_file: Path | None, workspace: Path | None, actor: str | None, ocr: OcrSettings,
) -> int:
    """Attack each FILE: what does it hold that its pages do not show?

    With --original and --marks: is anything that was marked left anywhere in it, and is the rest as it was?
    Ends with 4 when something was found, with 0 when nothing was. Words of the file are never printed.
    """
    if (original is None) != (marks_file is None):
        raise UsageError("--original and --marks belong together", todo="Give both or none")
    if original is not None and len(files) > 1:
        raise UsageError("One original has one release copy", todo="Name one FILE")
    passwords = read_passwords(password_file)
    marks = read_json(marks_file) if marks_file is not None else None
    codes: list[int] = []
    with logbook(workspace, actor_or_default(actor)) as book, Standalone(ocr=ocr) as tool:
        for path in files:
            head = book.head()
            try:
                result = tool.verify(path, passwords, original=original, marks=marks)
                book.write("verify", path, result.sha256)
            except ReviewError as error:
                say_error(error, str(path))
                codes.append(error.exit_code)
                continue
            if as_json:
                put_json(result.certificate(head))
            else:
                _print(result)
            if not result.passed:
                codes.append(VerificationFailed.exit_code)
    return gravest(codes)


def _print(result: Verification) -> None:
    console = stdout_console()

    def line(text: str) -> None:
        console.print(text, soft_wrap=True)

    verdict = "nothing found" if result.passed else "FAILED"
    line(f"{shown(result.file)}: {counted(result.page_count, 'page')}, {verdict}")
    for check in result.checks:
        note = f" ({check.note})" if check.note else ""
        line(f"  {'ok  ' if check.passed else 'FAIL'}  {check.name}{note}")
    found = sorted(result.findings, key=lambda f: (not f.is_leak, f.page, f.mark))
    if found:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in ("", "page", "mark", "count", "what", "where"):
            table.add_column(name, justify="right" if name in ("page", "count") else "left")
        for finding in found[:MAX_ROWS]:
            table.add_row(
                "LEAK" if finding.is_leak else "note", str(finding.page or ""), shown(finding.mark),
                str(finding.count), finding.what, _where(finding),
            )
        console.print(table)
        if len(found) > MAX_ROWS:
            line(f"  and {len(found) - MAX_ROWS} more; --json lists all")
    if result.ocr:
        line(f"  text recognition: {_recognition(result.ocr)}")
    for warning in result.warnings:
        line(f"  warning: {warning}")


def _where(finding: Finding) -> str:
    if finding.rect is not None:
        return ", ".join(f"{v:.0f}" for v in finding.rect.as_list())
    return shown(finding.where)


def _recognition(reading: Mapping[str, Any]) -> str:
    if not reading.get("ran"):
        return f"not run: {reading.get('why_not')}"
    pages = f"{reading['pages']} of {counted(int(reading['marked_pages']), 'marked page')}"
    return f"{pages} read by {reading['engine']}"
