"""``review-app overview``: where the withholding is, as a table, as figures, as a report or a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from review_app.cli.options import (
    PathType,
    actor_option,
    actor_or_default,
    workspace_option,
    workspace_or_default,
)
from review_app.cli.output import counted, put_json, say, say_error, stdout_console
from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, ReviewError, gravest
from review_app.domain.overview import Amounts, CodeFigures, DocumentFigures, Overview, PageFigures, percent
from review_app.domain.rows import CaseRow, DocumentRow
from review_app.domain.vocabulary import ExemptionStatus
from review_app.reports import words
from review_app.reports.writing import writer_for
from review_app.review.desk import Desk

_DIGITS = 4
"""Of shares and areas as figures: a hundredth of a percent of a page."""


class _Subject:
    """What was named: documents, and the case when it is one."""

    def __init__(self, name: str, documents: Sequence[str], case: CaseRow | None = None) -> None:
        self.name = name
        self.documents = tuple(documents)
        self.case = case


@click.command(epilog="Example: review-app overview 90019152 -o overview.html --workspace my-review")
@click.argument("names", nargs=-1, required=True, metavar="DOCUMENT|CASE...")
@click.option("-o", "--out", type=PathType, metavar="FILE.{html,svg,png}",
              help="Write one report on all of them; the export is an entry of the log.")
@click.option("--json", "as_json", is_flag=True, help="The figures, one JSON object a line for each name.")
@click.option("--notes", is_flag=True,
              help="With the notes and justifications of spans; internal notes never go out.")
@workspace_option
@actor_option
def overview(
    names: tuple[str, ...], out: Path | None, as_json: bool, notes: bool, workspace: Path | None,
    actor: str | None,
) -> int:
    """Where the withholding is: shares by page and by code.

    DOCUMENT is the name or the id of a recorded document, CASE a case number. Without -o nothing is written.
    """
    if notes and out is None:
        raise click.UsageError("--notes belongs to a report: name its file with -o")
    write = writer_for(out) if out is not None else None
    folder = workspace_or_default(workspace)
    if not os.path.isfile(folder / "review.db"):  # noqa: PTH113 - Path.is_file raises where it may not look
        raise InputRefused(
            f"There is no workspace in {shown(folder)}", todo="Name its folder with --workspace DIR"
        )
    codes: list[int] = []
    with Desk.open(folder, actor_or_default(actor), read_only=out is None, jobs=1) as desk:
        found: list[_Subject] = []
        for name in names:
            try:
                found.append(_find(desk, name))
            except ReviewError as error:
                say_error(error, name)
                codes.append(error.exit_code)
        for subject in found if as_json or out is None else ():
            figures = desk.overviews.of_documents(subject.documents, case=subject.case)
            if as_json:
                put_json(_subject_json(subject, figures))
            else:
                _print(subject, figures)
        if out is not None and write is not None:
            if codes:
                say("review-app: Nothing was written: a report that lacks what was asked for looks whole.")
            else:
                documents = list(dict.fromkeys(d for s in found for d in s.documents))
                case = found[0].case if len(found) == 1 else None
                desk.overviews.export(documents, out, write, case=case, with_notes=notes)
                say(f"{shown(out)}: {counted(len(documents), 'document')}")
    return gravest(codes)


def _find(desk: Desk, name: str) -> _Subject:
    """What a name means: the id of a document, a case number, or the name of a document.

    Raises:
        InputRefused: nothing of that name is recorded, or several documents are called so.
    """
    documents = desk.documents()
    if any(d.id == name for d in documents):
        return _Subject(name, [name])
    case = next((c for c in desk.cases() if c.number == name), None)
    if case is not None:
        held = [d.id for d in documents if d.case_id == case.id]
        if not held:
            raise InputRefused(f"The case {shown(name)} has no document", todo="Add its documents first")
        return _Subject(name, held, case)
    called = [d for d in documents if d.name == name] or [
        d for d in documents if d.name == PurePath(name).name]
    if len(called) > 1:
        raise InputRefused(
            f"{len(called)} documents are called {shown(name)}",
            todo=f"Name one by its id: {_ids(called)}",
        )
    if not called:
        raise InputRefused(
            f"No document and no case of this workspace is called {shown(name)}",
            todo="Add the file first, with process, or name another workspace",
        )
    return _Subject(name, [called[0].id])


def _ids(documents: Sequence[DocumentRow]) -> str:
    return ", ".join(d.id for d in documents[:5])


def _print(subject: _Subject, figures: Overview) -> None:
    console = stdout_console()
    table = Table(box=None, pad_edge=False, title=Text(shown(subject.name)), title_justify="left")
    titles = ("document", "pages", "withheld", "decided", "spans", "undecided", "by its pages")
    for title in titles:
        table.add_column(title, overflow="fold", justify="left" if title in ("document", "by its pages")
                         else "right")
    for document in figures.documents:
        totals = document.totals
        table.add_row(
            Text(shown(document.document.name)), str(totals.pages), percent(totals.share),
            percent(totals.decided_share), str(totals.spans), str(totals.undecided),
            words.of(document.state.derived),
        )
    console.print(table)
    by_code = Table(box=None, pad_edge=False)
    for title in ("code", "spans", "undecided", "pages", "area in pages", "of all pages"):
        by_code.add_column(title, overflow="fold", justify="left" if title == "code" else "right")
    for row in figures.codes:
        by_code.add_row(
            Text(words.code(row)), str(row.spans), str(row.undecided), str(row.pages), f"{row.area:.2f}",
            percent(row.area / figures.page_count if figures.page_count else 0.0),
        )
    totals = figures.totals
    by_code.add_row("all, each once", str(totals.spans), str(totals.undecided), str(totals.touched),
                    f"{totals.amounts.withheld:.2f}", percent(totals.share))
    console.print(by_code)


def _subject_json(subject: _Subject, figures: Overview) -> dict[str, Any]:
    documents = [_document_json(d, figures) for d in figures.documents]
    if subject.case is None:
        return documents[0]
    return {
        "case": subject.case.number, "page_count": figures.page_count, **_totals_json(figures),
        "codes": [_code_json(c, figures.page_count) for c in figures.codes], "documents": documents,
    }


def _document_json(document: DocumentFigures, figures: Overview) -> dict[str, Any]:
    row = document.document
    return {
        "id": row.id, "file": row.name, "sha256": row.sha256, "case": figures.cases.get(row.id),
        "page_count": len(document.pages), **_totals_json(document),
        "disposition": {"stamped": str(document.state.stamped), "derived": str(document.state.derived),
                        "after_review": str(document.state.after)},
        "pages": [_page_json(p) for p in document.pages],
        "codes": [_code_json(c, len(document.pages)) for c in document.codes],
    }


def _totals_json(of: DocumentFigures | Overview) -> dict[str, Any]:
    totals = of.totals
    return {
        "share": round(totals.share, _DIGITS), "decided_share": round(totals.decided_share, _DIGITS),
        "areas": _amounts_json(totals.amounts), "pages_touched": totals.touched, "pages_whole": totals.whole,
        "spans": totals.spans, "agency_spans": totals.agency, "reviewer_spans": totals.reviewer,
        "undecided": totals.undecided, "rejected": totals.rejected,
    }


def _page_json(page: PageFigures) -> dict[str, Any]:
    return {
        "number": page.page.number, "disposition": str(page.state.disposition),
        "stands_for": page.state.stands_for, "shares": _amounts_json(page.amounts), "spans": page.spans,
        "undecided": page.undecided, "codes": list(page.codes),
        "codes_not_stated": page.without_code(ExemptionStatus.NOT_STATED),
        "codes_illegible": page.without_code(ExemptionStatus.ILLEGIBLE),
    }


def _code_json(row: CodeFigures, pages: int) -> dict[str, Any]:
    return {
        "code": row.code or None, "exemption_status": str(row.exemption_status), "spans": row.spans,
        "undecided": row.undecided, "pages": row.pages, "area": round(row.area, _DIGITS),
        "decided_area": round(row.decided_area, _DIGITS),
        "share": round(row.area / pages, _DIGITS) if pages else 0.0,
    }


def _amounts_json(amounts: Amounts) -> dict[str, float]:
    return {
        "withheld": round(amounts.withheld, _DIGITS), "decided": round(amounts.decided, _DIGITS),
        "agency": round(amounts.agency, _DIGITS),
        "agency_undecided": round(amounts.agency_undecided, _DIGITS),
        "reviewer": round(amounts.reviewer, _DIGITS),
        "reviewer_undecided": round(amounts.reviewer_undecided, _DIGITS),
    }
