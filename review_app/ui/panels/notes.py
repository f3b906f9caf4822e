"""A note of the selected spans: typed, written when it is left, kept when the workspace refuses it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from review_app.domain.rows import SpanRow

MOST_LINES = 4
"""Lines a note grows to before it scrolls."""


class NoteEdit(QPlainTextEdit):
    """A note. Ctrl+Return or leaving it writes it; Escape puts back what is stored."""

    written = Signal()
    dropped = Signal()
    """The user wants back what is stored."""
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stored = ""
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        self._fit()

    @property
    def is_edited(self) -> bool:
        """True when it says something else than what is stored."""
        return self.toPlainText().strip() != self.stored.strip()

    def show_note(self, text: str) -> None:
        """Show what is stored."""
        self.stored = text
        if self.toPlainText() != text:
            self.setPlainText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """As high as its lines: two notes would else take the place of the history below them."""
        all_lines = int(self.document().size().height())
        lines = min(max(all_lines, 1), MOST_LINES)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if all_lines > MOST_LINES
                                        else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        margins = 2 * (int(self.document().documentMargin()) + self.frameWidth())
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + margins)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.written.emit()
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.show_note(self.stored)
            self.dropped.emit()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.written.emit()


class NoteField(QWidget):
    """One of the notes of the selected spans, and whether it is stored.

    ``of`` reads the note from a span: the one that goes with copies, or the one that stays here.
    """

    written = Signal(str, str)
    """Id and text."""
    written_to_all = Signal(object, str)
    """Ids and the text that all of them get."""

    def __init__(self, of: Callable[[SpanRow], str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of = of
        self._spans: tuple[SpanRow, ...] = ()
        self._unwritten: dict[str, str] = {}
        self.edit = NoteEdit(self)
        self.edit.setAccessibleName(name)
        self.unsaved = QLabel(self.tr("⚠ not stored yet; Ctrl+Return tries again"), self)
        self.unsaved.setTextFormat(Qt.TextFormat.PlainText)
        self.unsaved.setWordWrap(True)
        self.unsaved.setAccessibleName(self.tr("State of the note"))
        self.unsaved.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.edit)
        layout.addWidget(self.unsaved)
        self.edit.written.connect(self.write)
        self.edit.dropped.connect(self._drop)

    @property
    def is_being_typed(self) -> bool:
        """True while somebody writes into it."""
        return self.edit.is_edited and self.edit.hasFocus()

    def show_spans(self, spans: tuple[SpanRow, ...], *, keep: bool) -> None:
        """The selection changed, or the rows of what is selected; ``keep`` what is being typed."""
        self._spans = spans
        if keep:
            return
        kept = self._unwritten.get(spans[0].id) if len(spans) == 1 else None
        notes = {self._of(s) for s in spans}
        self.edit.show_note(next(iter(notes)) if len(notes) == 1 else "")
        self.edit.setPlaceholderText(self.tr("different notes; what is written here replaces them all")
                                     if len(notes) > 1 else "")
        if kept is not None:
            self.edit.setPlainText(kept)
        self.unsaved.setVisible(kept is not None)

    def write(self) -> None:
        """Write what was typed and is not written yet."""
        if not self._spans or not self.edit.is_edited or not self.edit.isEnabled():
            return
        # Taken as stored at once, so that the answer to this signal does not write it a second time.
        self.edit.stored = text = self.edit.toPlainText()
        if len(self._spans) > 1:
            self.written_to_all.emit([s.id for s in self._spans], text)
        else:
            self._send(self._spans[0].id, text)

    def keep(self, span_id: str, text: str) -> None:
        """The note was refused (a full disk, say): what was typed stays, says so, and is tried again."""
        self._unwritten[span_id] = text
        shown_now = next((s for s in self._spans if s.id == span_id), None)
        if shown_now is not None and len(self._spans) == 1:
            self.edit.stored = self._of(shown_now)
            self.unsaved.show()

    def write_kept(self) -> bool:
        """Try once more to write the notes that were refused; True when none is left."""
        for span_id, text in list(self._unwritten.items()):
            self._send(span_id, text)
        return not self._unwritten

    def _send(self, span_id: str, text: str) -> None:
        self._unwritten.pop(span_id, None)
        self.unsaved.hide()
        self.written.emit(span_id, text)

    def _drop(self) -> None:
        for span in self._spans:
            self._unwritten.pop(span.id, None)
        self.unsaved.hide()
