"""The record fields of the shown document as a table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from review_app.domain.display import isolated
from review_app.domain.rows import RecordRow
from review_app.domain.vocabulary import Disposition, Field
from review_app.ui import words
from review_app.ui.models.rows import Column, RowsModel

_ORDER = {field: i for i, field in enumerate(Field)}


def _value(row: RecordRow) -> str:
    if row.field is Field.DISPOSITION and row.value in set(Disposition):
        return words.of(Disposition(row.value))
    return isolated(row.value)


def _tip(row: RecordRow) -> str:
    return words.tip(f"{words.of(row.field)}: {isolated(' '.join(row.raw.split()))} ({words.of(row.status)})")


class RecordModel(RowsModel[RecordRow]):
    """Field, value, raw text, page, confidence and status of each reading."""

    FIELD, VALUE, RAW, PAGE, CONFIDENCE, STATUS = range(6)

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return QCoreApplication.translate("RecordModel", text)

        super().__init__([
            Column(tr("Field"), lambda r: words.of(r.field), lambda r: _ORDER[r.field], _tip),
            Column(tr("Value"), _value, lambda r: r.value.casefold(), _tip),
            # A raw reading may run over several lines of the page; a cell shows one.
            Column(tr("As printed"), lambda r: isolated(" ".join(r.raw.split())), lambda r: r.raw.casefold(),
                   _tip),
            Column(tr("P."), lambda r: str(r.page), lambda r: (r.page, r.rect.y0), _tip, is_number=True,
                   heading=tr("Page")),
            Column(tr("Sure"), lambda r: words.percent(r.confidence), lambda r: r.confidence, _tip,
                   is_number=True, heading=tr("Confidence")),
            Column("", lambda r: words.of(r.status).partition(" ")[0], lambda r: r.status, _tip,
                   spoken=lambda r: words.of(r.status), heading=tr("Status")),
        ], parent)
