"""Release copies of a whole case: which documents, how far it is, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.rows import Progress
from review_app.review.release_batch import Outcome


class ReleaseCaseDialog(QDialog):
    """Lists the documents before anything is done, and beside each what became of it."""

    start_wanted = Signal()
    stop_wanted = Signal()
    document_wanted = Signal(str)

    def __init__(
        self, case: str, documents: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        """``documents`` are pairs of id and name as shown."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Release copies of a case"))
        self._names = dict(documents)
        self._rows = {document_id: row for row, (document_id, _) in enumerate(documents)}
        text = self.tr(
            "Case {case}: a copy is made of each document in which nothing is left to settle. The others are "
            "named with what they need; Return opens one.")
        self.text = QLabel(text.replace("{case}", case), self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAccessibleName(self.tr("What is done"))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Documents of the case"))
        self.list.setWordWrap(True)
        self.list.installEventFilter(self)
        for _, name in documents:
            self.list.addItem(QListWidgetItem(f"·  {name}"))
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(lambda _item: self._open())
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.setRange(0, max(1, len(documents)))
        self.start = QPushButton(self.tr("&Release"), self)
        self.start.clicked.connect(self.start_wanted)
        self.stop = QPushButton(self.tr("&Stop"), self)
        self.stop.clicked.connect(self.stop_wanted)
        self.stop.setEnabled(False)
        self.close_button = QPushButton(self.tr("&Close"), self)
        self.close_button.clicked.connect(self.close)
        end = QHBoxLayout()
        end.addWidget(self.bar, 1)
        for button in (self.start, self.stop, self.close_button):
            button.setAutoDefault(False)
            end.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        layout.addLayout(end)
        metrics = self.fontMetrics()
        room = self.screen().availableGeometry()
        self.resize(min(metrics.averageCharWidth() * 120, room.width() * 9 // 10),
                    min(metrics.lineSpacing() * 30, room.height() * 9 // 10))

    def begin(self) -> None:
        """It runs."""
        self.start.setEnabled(False)
        self.stop.setEnabled(True)
        self.stop.setFocus()

    def show_progress(self, news: Progress) -> None:
        """So many documents are done."""
        self.bar.setValue(news.done)

    def show_outcome(self, outcome: Outcome) -> None:
        """What became of one document."""
        name = self._names[outcome.document_id]
        if outcome.delivered is not None:
            said = f"✓  {name}: {outcome.delivered.summary}"
        elif outcome.error is not None:
            said = f"✖  {name}: {outcome.error}"
        else:
            said = self.tr("–  {name}: stopped, no copy").replace("{name}", name)
        self.list.item(self._rows[outcome.document_id]).setText(said)

    def end(self, outcomes: Sequence[Outcome]) -> None:
        """All is done, or stopped."""
        self.bar.setValue(self.bar.maximum())
        self.stop.setEnabled(False)
        for outcome in outcomes:
            self.show_outcome(outcome)
        made = sum(o.delivered is not None for o in outcomes)
        text = self.tr("Release copies written: {made} of {count}. Return opens a document.")
        self.text.setText(text.format(made=made, count=len(outcomes)))
        self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return opens the document."""
        if watched is self.list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes as the button does."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing stops what runs; copies that are delivered stay."""
        self.stop_wanted.emit()
        super().closeEvent(event)

    def _open(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._rows):
            self.document_wanted.emit(list(self._rows)[row])
