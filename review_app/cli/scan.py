"""``review-app scan``: what is withheld and what the stamps say, as JSON; no workspace."""

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
from review_app.cli.output import counted, put_json, say_error, stdout_console
from review_app.cli.recognition import ocr_options
from review_app.domain.display import shown
from review_app.domain.errors import ReviewError, gravest
from review_app.domain.findings import ScanResult
from review_app.domain.ocr import OcrSettings
from review_app.review.places import own_stamps
from review_app.review.standalone import Standalone


@click.command(epilog="Example: review-app scan memo.pdf --json")
@click.argument("files", nargs=-1, required=True, type=PathType)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--stamps", type=PathType, metavar="DIR", help="Also read the stamp families of this folder.")
@ocr_options
@password_option
@click.option("--workspace", type=FolderType, metavar="DIR", help="Log the act in this workspace.")
@actor_option
def scan(
    files: tuple[Path, ...], as_json: bool, stamps: Path | None, password_file: Path | None,
    workspace: Path | None, actor: str | None, ocr: OcrSettings,
) -> int:
    """Find spans and record fields in FILES. Touches no workspace unless one is given."""
    passwords = read_passwords(password_file)
    codes: list[int] = []
    options = {"stamp_folders": own_stamps(stamps)}
    with (
        logbook(workspace, actor_or_default(actor)) as book,
        Standalone(scan_options=options, ocr=ocr) as tool,
    ):
        tool.check_ocr()
        for path in files:
            try:
                result = tool.scan(path, passwords)
                book.write("scan", path, result.sha256)
            except ReviewError as error:
                say_error(error, str(path))
                codes.append(error.exit_code)
                continue
            if as_json:
                put_json(result.to_json())
            else:
                _print(result)
    return gravest(codes)


def _print(result: ScanResult) -> None:
    def line(text: str) -> None:
        console.print(text, soft_wrap=True)

    console = stdout_console()
    line(f"{shown(result.file)}: {counted(result.page_count, 'page')}, {result.disposition}")
    for span in result.spans:
        where = f"lines {span.lines[0]}-{span.lines[1]}" if span.lines else ""
        codes = ", ".join(c.code for c in span.codes) or str(span.exemption_status)
        line(f"  page {span.page}  {span.kind}  {where}  {codes}  {span.band}: {span.evidence}")
    for reading in result.record:
        line(f"  page {reading.page}  {reading.field} = {shown(reading.value)}")
    for found in result.recoverable:
        line(f"  page {found.page}  {counted(found.characters, 'character')} can be recovered under a box")
    for warning in result.warnings:
        line(f"  warning: {warning}")
