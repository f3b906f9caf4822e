"""``review-app codes``: the exemption code schemes."""

from __future__ import annotations

import dataclasses
import re

import click
from rich.table import Table

from review_app.cli.output import put_json, stdout_console
from review_app.domain.codes import ExemptionCode, all_codes, codes_of, schemes
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused


@click.group(epilog="Example: review-app codes list US-FOIA")
def codes() -> None:
    """Exemption code schemes."""


@codes.command("list", epilog="Example: review-app codes list US-FOIA")
@click.argument("scheme", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_codes(scheme: str | None, as_json: bool) -> None:
    """List the schemes, or the codes of one SCHEME."""
    console = stdout_console()
    if scheme is None:
        for name, regime in schemes().items():
            count = sum(1 for c in all_codes() if c.scheme == name)
            if as_json:
                put_json({"scheme": name, "regime": regime, "codes": count})
            else:
                console.print(f"{name:14} {count:4}  {regime}")
        return
    found = [c for c in all_codes() if c.scheme.lower() == scheme.lower()]
    if not found:
        raise InputRefused(
            f"There is no code scheme '{shown(scheme)}'", todo="See them with: review-app codes list"
        )
    if as_json:
        for code in found:
            put_json(dataclasses.asdict(code))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("code", "stands for", "printed as"):
        table.add_column(title, overflow="fold")
    for code in found:
        table.add_row(code.canonical, code.short_title, code.printed_forms)
    console.print(table)


@codes.command("show", epilog='Example: review-app codes show "(b)(6)"')
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def show_code(code: str, as_json: bool) -> None:
    """Show every entry that CODE may mean; a code can stand in several schemes."""
    found = codes_of(code) or [c for c in all_codes() if _is_printed(c, code)]
    if not found:
        raise InputRefused(
            f"No scheme holds the code '{shown(code)}'", todo="See them with: review-app codes list"
        )
    console = stdout_console()
    for entry in found:
        if as_json:
            put_json(dataclasses.asdict(entry))
            continue
        console.print(f"{entry.code_id}  ({entry.regime})")
        for name in ("canonical", "printed_forms", "short_title", "classified_related", "context", "note"):
            console.print(f"  {name.replace('_', ' ')}: {getattr(entry, name)}")


def _is_printed(code: ExemptionCode, text: str) -> bool:
    """As it may stand on paper, with its paragraphs: ``s.40(2)`` is a form of ``s.40``."""
    return bool(code.regex) and re.fullmatch(code.regex, text.strip(), re.IGNORECASE) is not None
