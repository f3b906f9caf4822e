"""A line of exemption codes with completion over all schemes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from review_app.domain.codes import all_codes, find_code
from review_app.ui.typing import clearable

_SEARCH_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_CODE_ROLE = int(Qt.ItemDataRole.UserRole) + 2
_POPUP_CHARACTERS = 105
"""Width of the list of codes: most titles fit."""


def split_codes(text: str) -> list[str]:
    """The codes of a line, separated by commas or semicolons, each once."""
    parts = (p.strip() for p in text.replace(";", ",").split(","))
    return list(dict.fromkeys(p for p in parts if p))


class _LastCodeCompleter(QCompleter):
    """Completes what stands behind the last comma. It knows no code before :meth:`offer_first`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setCompletionRole(_SEARCH_ROLE)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(12)
        self.typed = ""

    def offer_first(self, codes: Sequence[str]) -> None:
        """Offer these codes before all others, which stay in the order of the tables."""
        model = QStandardItemModel(self)
        place = {code: n for n, code in enumerate(codes)}
        for code in sorted(all_codes(), key=lambda c: place.get(c.canonical, len(place))):
            if code.code_id.endswith(":SHORT"):  # a pattern of the scanner, not a code one cites
                continue
            item = QStandardItem(f"{code.canonical} · {code.scheme} · {code.short_title}")
            short = "".join(c for c in code.canonical if c.isalnum())
            item.setData(f"{code.canonical} {short} {code.short_title}", _SEARCH_ROLE)
            item.setData(code.canonical, _CODE_ROLE)
            model.appendRow(item)
        self.setModel(model)  # Qt deletes the one before

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt makes the list as wide as the line, where few titles of codes can be read to their end."""
        popup = self.popup()
        if watched is popup and event.type() == QEvent.Type.Resize:
            room = popup.screen().availableGeometry()
            wanted = min(popup.fontMetrics().averageCharWidth() * _POPUP_CHARACTERS, room.width())
            if popup.width() < wanted:
                left = min(popup.x(), room.right() + 1 - wanted)
                popup.setGeometry(max(room.left(), left), popup.y(), wanted, popup.height())
        return super().eventFilter(watched, event)

    def splitPath(self, path: str) -> list[str]:
        self.typed = path
        return [path.rpartition(",")[2].strip()]

    def pathFromIndex(self, index: QModelIndex) -> str:
        before, comma, _ = self.typed.rpartition(",")
        code = str(index.data(_CODE_ROLE))
        return f"{before}{comma} {code}" if comma else code


class CodesEdit(QLineEdit):
    """Codes separated by commas. Return cites them; Escape puts back what is stored."""

    cited = Signal(object)
    """The user wants these codes on the spans: list of str."""
    left = Signal()
    """The user is done here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: list[str] = []
        self._before: list[str] = []
        clearable(self)
        # A code is read from left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._last: tuple[str, ...] = ()
        self._offered: tuple[str, ...] | None = None
        completer = _LastCodeCompleter(self)
        self.setCompleter(completer)
        completer.popup().setAccessibleName(self.tr("Matching codes"))
        completer.popup().setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        completer.popup().setTextElideMode(Qt.TextElideMode.ElideRight)

    @property
    def is_edited(self) -> bool:
        """True when the line says something else than what is stored."""
        return split_codes(self.text()) != self._stored

    def offer_first(self, last_used: Sequence[str]) -> None:
        """Offer these codes before all others, from when the line gets the keyboard next."""
        self._last = tuple(last_used)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._last != self._offered:
            self._offered = self._last
            self.completer().offer_first(self._last)
        super().focusInEvent(event)

    def show_codes(self, codes: list[str]) -> None:
        """Show what is stored."""
        self._stored = list(codes)
        self.setText(", ".join(codes))

    def commit(self) -> None:
        """Cite what is written, when it differs from what is stored."""
        self.completer().popup().hide()
        if self.is_edited:
            codes = split_codes(self.text())
            # Taken as stored at once: what comes back is shown, and nothing is cited a second time.
            self._before, self._stored = self._stored, codes
            self.cited.emit(codes)

    def keep(self) -> None:
        """The codes were refused: what was typed stays, and is not taken for what is stored."""
        self._stored = self._before

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self.completer().popup()
        is_choosing = popup.isVisible() and popup.currentIndex().isValid()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not is_choosing:
            self.commit()
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and not popup.isVisible():
            self.show_codes(self._stored)
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down and not popup.isVisible():
            self.completer().setCompletionPrefix(self.text())
            self.completer().complete()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Half a code is not cited by leaving the line; whole ones are, so that nothing typed is lost.
        if event.reason() != Qt.FocusReason.PopupFocusReason and self.are_known():
            self.commit()

    def are_known(self) -> bool:
        """True when each code that is written is in the tables."""
        return all(find_code(c) for c in split_codes(self.text()))
