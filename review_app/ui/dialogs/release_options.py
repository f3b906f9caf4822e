"""How a release copy is made: method, boxes, what is printed, own names; the same for all of its marks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from review_app.domain.releases import Settings
from review_app.ui import words


class ReleaseOptions(QWidget):
    """Choices that are seldom changed."""

    changed = Signal()
    names_wanted = Signal(object)
    """The file with the reviewer's own list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.method = self._choice(self.tr("Method"), {
            self.tr("remove the content"): False, self.tr("all marked pages as pictures"): True})
        self.boxes = self._choice(self.tr("Boxes"), {
            self.tr("white with a black border"): False, self.tr("black"): True})
        self.label = QLineEdit(self)
        self.label.setAccessibleName(self.tr("Printed where no code is cited"))
        self.label.setPlaceholderText(self.tr("nothing"))
        self.label.setMaxLength(60)
        self.names = QPushButton(self.tr("Own list of &names…"), self)
        self.names.setAutoDefault(False)
        self.names.setToolTip(words.tip(self.tr(
            "A text file with one name a line: people whom readers may have in mind. It is tried on the gaps "
            "and not kept")))
        self.names.clicked.connect(self._choose_names)
        self.reocr = QCheckBox(self.tr("R&ead the text of pictures again"), self)
        self.reocr.setToolTip(words.tip(self.tr(
            "Pages that become pictures are read by text recognition, from the marked picture alone, so that "
            "their text can be searched. Needs Tesseract")))
        self.reocr.toggled.connect(lambda _on: self.changed.emit())
        self._lay_out()

    def settings(self, pictures: frozenset[int]) -> Settings:
        """What is chosen, with single pages that become pictures."""
        return Settings(
            raster=bool(self.method.currentData()), raster_pages=pictures,
            black=bool(self.boxes.currentData()), label=self.label.text().strip(),
            reocr=self.reocr.isChecked(),
        )

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (text, widget) in enumerate((
            (self.tr("Me&thod"), self.method), (self.tr("&Boxes"), self.boxes),
            (self.tr("&Without a code print"), self.label),
        )):
            label = QLabel(text, self)
            label.setBuddy(widget)
            grid.addWidget(label, row // 2, 2 * (row % 2))
            grid.addWidget(widget, row // 2, 2 * (row % 2) + 1)
        grid.addWidget(self.names, 1, 2, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.reocr, 2, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _choice(self, name: str, values: dict[str, bool]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.view().setAccessibleName(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(16)
        for text, value in values.items():
            box.addItem(text, value)
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        return box

    def _choose_names(self) -> None:
        dialog = QFileDialog(self, self.tr("Own list of names"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Text files (*.txt *.csv)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.names_wanted.emit(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
