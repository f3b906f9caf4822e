"""The window of a release copy: reading what would go, settling, making, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QDialog, QLabel, QStackedWidget, QVBoxLayout, QWidget

from review_app.ui.dialogs.release_preview import ReleasePreview
from review_app.ui.dialogs.release_result import ReleaseResult, ReleaseRunning


class ReleaseDialog(QDialog):
    """Does not block the window: each mark can be looked at on its page while the list stays.

    Closing it stops what runs: no file is left, and the words of the document are forgotten.
    """

    stop_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Release copy"))
        self._name = QLabel(self)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setAccessibleName(self.tr("Document"))
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self.preview = ReleasePreview(self)
        self.running = ReleaseRunning(self)
        self.result = ReleaseResult(self)
        self.pages = QStackedWidget(self)
        for page in (self.running, self.preview, self.result):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(self._name)
        layout.addWidget(self.pages, 1)
        self.running.stop_wanted.connect(self.stop_wanted)
        self.preview.close_wanted.connect(self.close)
        self.result.close_wanted.connect(self.close)
        self.result.back_wanted.connect(self.show_preview)
        metrics = self.fontMetrics()
        wanted = (metrics.averageCharWidth() * 190, metrics.lineSpacing() * 46)
        room = self.screen().availableGeometry()
        self.resize(min(wanted[0], room.width() * 9 // 10), min(wanted[1], room.height() * 9 // 10))

    def show_name(self, name: str) -> None:
        """The document it is about."""
        self._name.setText(name)

    def show_running(self, text: str, *, has_steps: bool) -> None:
        """Work began."""
        self.running.begin(text, has_steps=has_steps)
        self.pages.setCurrentWidget(self.running)
        self.running.stop.setFocus()

    def show_preview(self) -> None:
        """The marks again."""
        self.pages.setCurrentWidget(self.preview)
        self.preview.view.setFocus()

    def show_result(self) -> None:
        """What came of it."""
        self.pages.setCurrentWidget(self.result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes as the button does."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The words of the document go with the window."""
        self.stop_wanted.emit()
        self.preview.forget()
        self.closed.emit()
        super().closeEvent(event)
