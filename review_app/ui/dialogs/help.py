"""The help: pages of Markdown that come with the program. Links lead to its own pages; nothing is fetched."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeySequence,
    QPalette,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.resources import resource_path
from review_app.ui import help_pages
from review_app.ui.help_pages import ORDER, Page
from review_app.ui.look import roomy, sized

NAME = int(Qt.ItemDataRole.UserRole)
LINE_PERCENT = 128
MOST_FOUND = 500


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)


class Reader(QTextBrowser):
    """Shows a page. Pictures come from the help's own folder, and nothing from anywhere else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(18)

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """Pictures of the help, as wide as there is room."""
        folder = resource_path("help", "pictures").resolve()
        path = (folder / name.fileName()).resolve()
        if name.scheme() not in ("", "file") or path.parent != folder or not path.is_file():
            return None
        picture = QImage(str(path))
        room = max(200, self.viewport().width() - 60)
        if picture.width() > room:
            picture = picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return picture

    def show_text(self, text: str) -> None:
        """Show Markdown, from its top."""
        self.setMarkdown(text)
        self._space()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)

    def mark(self, words: str) -> int:
        """Mark each of these words in the page and go to the first; how many places there are."""
        colour = QTextCharFormat()
        colour.setBackground(QColor("#FFE08A"))
        colour.setForeground(QColor("#1B1F24"))
        found: list[QTextEdit.ExtraSelection] = []
        for word in words.split():
            cursor = QTextCursor(self.document())
            while len(found) < MOST_FOUND and not (cursor := self.document().find(word, cursor)).isNull():
                one = QTextEdit.ExtraSelection()
                one.cursor, one.format = cursor, colour
                found.append(one)
        self.setExtraSelections(found)
        if found:
            first = min(found, key=lambda s: s.cursor.position())
            place = QTextCursor(first.cursor)
            place.clearSelection()
            self.setTextCursor(place)
            self.ensureCursorVisible()
        return len(found)

    def _space(self) -> None:
        """Room between lines and paragraphs: Markdown brings none."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            change = QTextBlockFormat()
            change.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            is_cell = QTextCursor(block).currentTable() is not None
            change.setTopMargin(0 if is_cell else 16 if level > 1 else 2)
            change.setBottomMargin(0 if is_cell else 6 if level or block.textList() else 9)
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(change)
            block = block.next()
        cursor.endEditBlock()
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._space_table(frame)

    def _space_table(self, table: QTextTable) -> None:
        """A line under each row, nothing round the table."""
        form = table.format()
        form.setCellPadding(3)
        form.setCellSpacing(0)
        form.setBorder(0)
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        form.setBottomMargin(8)
        table.setFormat(form)
        line = QTextTableCellFormat()
        line.setBottomBorder(1)
        line.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        line.setBottomBorderBrush(self.palette().color(QPalette.ColorRole.Mid))
        line.setTopPadding(3)
        line.setBottomPadding(3)
        line.setRightPadding(8)
        for row in range(table.rows()):
            for column in range(table.columns()):
                cell = table.cellAt(row, column)
                form = QTextTableCellFormat(cell.format().toTableCellFormat())
                form.merge(line)
                cell.setFormat(form)


class HelpDialog(QDialog):
    """Contents and search left, the page right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_tr("Help"))
        sized(self, 150, 48)
        self._name = ""
        self._back: list[str] = []
        self._pages: dict[str, Page] = {}
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(_tr("search the help"))
        self.search.setAccessibleName(_tr("Search the help"))
        self.search.setClearButtonEnabled(True)
        self.contents = QListWidget(self)
        self.contents.setAccessibleName(_tr("Contents of the help"))
        self.contents.setWordWrap(True)
        self.contents.setMinimumWidth(1)
        roomy(self.contents)
        self.word = QLabel(self)
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.word.setWordWrap(True)
        self.word.setAccessibleName(_tr("What the search found"))
        self.reader = Reader(self)
        self.reader.setAccessibleName(_tr("Page of the help"))
        self.back = QToolButton(self)
        self.back.setText(_tr("‹ Back"))
        self.back.setToolTip(_tr("The page before (Alt+Left)"))
        self.back.setEnabled(False)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._open_found)
        self.contents.currentItemChanged.connect(self._on_chosen)
        self.contents.itemActivated.connect(lambda _item: self.reader.setFocus())
        self.back.clicked.connect(self.go_back)
        self.reader.anchorClicked.connect(self._on_link)
        for key, call in (("Alt+Left", self.go_back), ("Ctrl+F", self.search.setFocus)):
            QShortcut(QKeySequence(key), self).activated.connect(call)
        self._filter("")

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._name

    def show_page(self, name: str, *, is_step_back: bool = False) -> None:
        """Show a page, made anew. A name that no page has is left alone."""
        if name not in ORDER or name == self._name:
            return
        if self._name and not is_step_back:
            self._back.append(self._name)
        self.back.setEnabled(bool(self._back))
        self._name = name
        self.reader.show_text(self._page(name).text)
        self.setWindowTitle(_tr("{page} — Help").format(page=self._page(name).title))
        self.reader.mark(self.search.text())
        self._choose(name)

    def go_back(self) -> None:
        """The page that was shown before."""
        if self._back:
            self.show_page(self._back.pop(), is_step_back=True)

    def _lay_out(self) -> None:
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.search, self.contents, self.word):
            column.addWidget(widget)
        right = QWidget(self)
        pages = QVBoxLayout(right)
        pages.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.addWidget(self.back)
        top.addStretch(1)
        pages.addLayout(top)
        pages.addWidget(self.reader, 1)
        split = QSplitter(self)
        split.setAccessibleName(_tr("Contents and page"))
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        wide = self.fontMetrics().averageCharWidth()
        left_px = min(wide * 38, self.width() * 3 // 10)
        split.setSizes([left_px, self.width() - left_px])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.addWidget(split, 1)
        whole.addWidget(buttons)

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            try:
                self._pages[name] = help_pages.load(name)
            except OSError:
                text = _tr("# {name}\n\nThis page is missing from the program's folder. Install the program "
                           "again.").format(name=name)
                self._pages[name] = Page(name, name, text)
        return self._pages[name]

    def _filter(self, words: str) -> None:
        """List the pages that hold these words."""
        found = [self._page(name) for name in ORDER if self._page(name).holds(words)]
        self.contents.blockSignals(True)
        self.contents.clear()
        for page in found:
            item = QListWidgetItem(page.title)
            item.setData(NAME, page.name)
            self.contents.addItem(item)
        self.contents.blockSignals(False)
        self.word.setVisible(bool(words.strip()))
        self.word.setText(_tr("Pages with these words: {count}").format(count=len(found)) if found else
                          _tr("No page has all these words."))
        self._choose(self._name)
        self.reader.mark(words)

    def _choose(self, name: str) -> None:
        """Point at a page in the contents, without opening it again."""
        self.contents.blockSignals(True)
        row = next((i for i in range(self.contents.count()) if self.contents.item(i).data(NAME) == name), -1)
        self.contents.setCurrentRow(row)
        self.contents.blockSignals(False)

    def _open_found(self) -> None:
        if self.contents.count() and self.contents.currentRow() < 0:
            self.contents.setCurrentRow(0)
        self.contents.setFocus()

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.show_page(str(item.data(NAME)))

    def _on_link(self, link: QUrl) -> None:
        """Only pages of the help: nothing here opens a browser."""
        if link.scheme() in ("", "file") and link.fileName().endswith(".md"):
            self.show_page(link.fileName().removesuffix(".md"))
