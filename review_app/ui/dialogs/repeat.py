"""Where to make the same mark once more."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget


class RepeatDialog(QDialog):
    """Pages, and whether in this document, its case or everywhere."""

    def __init__(self, parent: QWidget | None, page_count: int, *, has_case: bool) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Repeat mark"))
        said = QLabel(self.tr(
            "The selected marks are made at the same place of other pages, with their codes and notes. Where "
            "one lies already none is made."), self)
        said.setWordWrap(True)
        self.pages = QLineEdit("all", self)
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.setToolTip(self.tr("Pages like 3, 5-8 or all"))
        self.pages.selectAll()
        self._where = QComboBox(self)
        self._where.setAccessibleName(self.tr("Documents"))
        self._where.addItem(self.tr("this document"), "here")
        if has_case:
            self._where.addItem(self.tr("all documents of its case"), "case")
        self._where.addItem(self.tr("all documents of the workspace"), "all")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.addRow(said)
        form.addRow(self.tr("&Pages, 1 to {count}").format(count=page_count), self.pages)
        form.addRow(self.tr("&In"), self._where)
        form.addRow(buttons)

    @property
    def scope(self) -> str:
        """``here``, ``case`` or ``all``."""
        return str(self._where.currentData())
