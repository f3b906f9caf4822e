"""Shares by page and by code as tables."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject

from review_app.domain.display import shown
from review_app.domain.overview import CodeFigures, Overview, PageFigures, percent
from review_app.domain.vocabulary import ExemptionStatus
from review_app.ui import words
from review_app.ui.models.rows import Column, RowsModel


def _tr(text: str) -> str:
    return QCoreApplication.translate("Overview", text)


def share(page: PageFigures) -> str:
    """How much of a page is withheld, in a word or a figure."""
    if not page.spans:
        return _tr("nothing")
    return _tr("all") if page.amounts.withheld >= 1.0 else percent(page.amounts.withheld)


def unstated(status: ExemptionStatus) -> str:
    """What stands for the code of a span that has none: the ground is not known, which is not no ground."""
    return _tr("code {status}").format(status=words.of(status))


def codes(page: PageFigures) -> str:
    """The codes of a page, and how many spans have none."""
    parts = [shown(code) for code in page.codes]
    for status in (ExemptionStatus.ILLEGIBLE, ExemptionStatus.NOT_STATED):
        if count := page.without_code(status):
            parts.append(unstated(status) if count == 1 else f"{unstated(status)} ({count})")
    return ", ".join(parts)


def code(row: CodeFigures) -> str:
    """What a row of the codes is called."""
    return shown(row.code) if row.code else unstated(row.exemption_status)


class OverviewPagesModel(RowsModel[PageFigures]):
    """A row for each page. ``name`` tells a document by its id."""

    DOCUMENT, PAGE, DISPOSITION, WITHHELD = range(4)
    CODES = 10

    def __init__(self, name: Callable[[str], str], parent: QObject | None = None) -> None:
        def figure(title: str, heading: str, value: Callable[[PageFigures], float]) -> Column[PageFigures]:
            return Column(title, lambda p: percent(value(p)), value, is_number=True, heading=heading)

        super().__init__([
            Column(_tr("Document"), lambda p: name(p.page.document_id),
                   lambda p: (name(p.page.document_id), p.page.number)),
            Column(_tr("P."), lambda p: str(p.page.number), lambda p: (p.page.document_id, p.page.number),
                   is_number=True, heading=_tr("Page")),
            Column(_tr("Disposition"), lambda p: words.page_disposition(p.state),
                   lambda p: words.page_disposition(p.state)),
            figure(_tr("Withheld"), _tr("Share of the page's area"), lambda p: p.amounts.withheld),
            figure(_tr("Agency"), _tr("By the agency, decided"), lambda p: p.amounts.agency),
            figure(_tr("Agency ?"), _tr("By the agency, undecided"), lambda p: p.amounts.agency_undecided),
            figure(_tr("Reviewer"), _tr("By reviewers, decided"), lambda p: p.amounts.reviewer),
            figure(_tr("Reviewer ?"), _tr("By reviewers, undecided"), lambda p: p.amounts.reviewer_undecided),
            Column(_tr("Spans"), lambda p: str(p.spans), lambda p: p.spans, is_number=True),
            Column(_tr("?"), lambda p: str(p.undecided), lambda p: p.undecided, is_number=True,
                   heading=_tr("Undecided spans")),
            Column(_tr("Codes"), codes, codes),
        ], parent)


class OverviewCodesModel(RowsModel[CodeFigures]):
    """A row for each code, and for what has none."""

    def __init__(self, parent: QObject | None = None) -> None:
        self._pages = 0
        super().__init__([
            Column(_tr("Code"), code, lambda c: (not c.code, code(c))),
            Column(_tr("Spans"), lambda c: f"{c.spans:,}", lambda c: c.spans, is_number=True),
            Column(_tr("Undecided"), lambda c: f"{c.undecided:,}", lambda c: c.undecided, is_number=True),
            Column(_tr("Pages"), lambda c: f"{c.pages:,}", lambda c: c.pages, is_number=True),
            Column(_tr("Area in pages"), lambda c: f"{c.area:.2f}", lambda c: c.area, is_number=True,
                   heading=_tr("Area; 1 is a whole page")),
            Column(_tr("Of all pages"), lambda c: percent(c.area / self._pages if self._pages else 0.0),
                   lambda c: c.area, is_number=True, heading=_tr("Share of the area of all pages")),
        ], parent)

    def show(self, overview: Overview) -> None:
        """Show the codes of an overview."""
        if overview.page_count != self._pages:
            self.set_rows(())  # a share of other pages is another text
            self._pages = overview.page_count
        self.set_rows(overview.codes)
