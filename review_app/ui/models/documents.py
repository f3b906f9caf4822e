"""The documents of the workspace as a table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from review_app.domain.display import shown
from review_app.domain.rows import DocumentRow
from review_app.ui import words
from review_app.ui.models.rows import Column, RowsModel


def _spoken(row: DocumentRow) -> str:
    return " · ".join([words.document_state(row)[1], words.of(row.disposition), *row.warnings])


def _tip(row: DocumentRow) -> str:
    return words.tip(f"{shown(row.name)} · {_spoken(row)}")


def _state(row: DocumentRow) -> str:
    return words.document_state(row)[0] + (" !" if row.warnings else "")


class DocumentsModel(RowsModel[DocumentRow]):
    """Name, pages, undecided spans and state; names with their odd characters escaped."""

    NAME, PAGES, UNDECIDED, STATE = range(4)

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return QCoreApplication.translate("DocumentsModel", text)

        super().__init__([
            Column(tr("Document"), lambda d: shown(d.name), lambda d: d.name.casefold(), _tip),
            Column(tr("Pp."), lambda d: str(d.page_count), lambda d: d.page_count, _tip, is_number=True,
                   heading=tr("Pages")),
            Column(tr("Open"), lambda d: "" if d.coming else str(d.undecided_count),
                   lambda d: d.undecided_count, _tip, is_number=True, heading=tr("Undecided spans")),
            Column("", _state, _state, _tip, spoken=_spoken, heading=tr("State")),
        ], parent)
