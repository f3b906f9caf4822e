"""``review-app doctor``: what is installed and works."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from review_app.cli.options import workspace_option, workspace_or_default
from review_app.cli.output import put_json, stdout_console
from review_app.review.health import checks


@click.command(epilog="Example: review-app doctor")
@workspace_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(workspace: Path | None, as_json: bool) -> int:
    """Show what is installed, and try what the program needs. Exit code 5 when something needed fails."""
    console = stdout_console()
    failed = False
    for check in checks(workspace_or_default(workspace)):
        failed = failed or (check.needed and not check.works)
        if as_json:
            put_json(dataclasses.asdict(check))
            continue
        sign = "ok  " if check.works else ("FAIL" if check.needed else "none")
        console.print(f"{sign}  {check.name}: {check.text}")
    return 5 if failed else 0
