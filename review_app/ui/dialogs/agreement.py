"""What came of a blind second look: the rates of agreement and where the two differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.ui import words
from review_app.ui.panels.tables import table_of_texts

if TYPE_CHECKING:
    from review_app.domain.agreement import Agreement
    from review_app.review.second_look import Sample


class AgreementDialog(QDialog):
    """The rates, how they are made, and every place where the two differ; a row shows its place."""

    place_wanted = Signal(str, int, object)

    def __init__(
        self, sample: Sample, found: Agreement, name: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Agreement of the second look"))
        self.resize(620, 420)
        self.rates = QLabel("\n".join((
            self.tr("Spans: {rate} ({pairs} pairs of {first} and {second} marks)").format(
                rate=words.percent(found.span_rate), pairs=found.pairs, first=found.first,
                second=found.second),
            self.tr("Pages: {rate} ({agreed} of {count} pages)").format(
                rate=words.percent(found.page_rate), agreed=sum(p.agrees for p in found.pages),
                count=len(found.pages)),
            self.tr("{who}, {when} UTC, seed {seed}, {count} of {population} pages drawn").format(
                who=isolated(sample.looker), when=words.moment(sample.at), seed=sample.seed,
                count=len(sample.pages), population=sample.population),
            "",
            self.tr("Two marks are a pair when they share at least half of what they cover together. Spans: "
                    "twice the pairs by all marks. Pages: those on which every mark has a partner."),
        )), self)
        self.rates.setTextFormat(Qt.TextFormat.PlainText)
        self.rates.setWordWrap(True)
        self.rates.setAccessibleName(self.tr("Rates of agreement"))
        self.rates.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        first, second = self.tr("only the first marked it"), self.tr("only the second marked it")
        self._places = [
            (page.document_id, page.page, place[0], side)
            for page in found.pages
            for side, places in ((first, page.only_first), (second, page.only_second)) for place in places
        ]
        self.table = table_of_texts(
            [self.tr("Document"), self.tr("Page"), self.tr("Difference")],
            [(name(document), str(page), side) for document, page, _, side in self._places], (0,), self)
        self.table.setAccessibleName(self.tr("Where the two differ"))
        self.table.cellActivated.connect(lambda row, _column: self._show(row))
        self.table.cellClicked.connect(lambda row, _column: self._show(row))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.rates)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    def _show(self, row: int) -> None:
        document, page, rect, _ = self._places[row]
        self.place_wanted.emit(document, page, rect)
