"""While a release copy is made, and what came of it: the file, or mark by mark what survived where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.display import isolated
from review_app.domain.errors import Cancelled, ReviewError
from review_app.domain.geometry import Rect
from review_app.domain.releases import Step
from review_app.domain.rows import Progress
from review_app.domain.values import dataclass
from review_app.domain.verification import Finding
from review_app.review.release_copies import Delivered, GapsNotDefended, ReleaseFailed
from review_app.ui import release_words, words
from review_app.ui.release_words import tr

MOST_PLACES = 1000
"""Places that are listed; more of them say no more."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a result: its words, and the mark or the page where to look."""

    text: str
    mark: str = ""
    page: int = 0
    rect: Rect | None = None


class ReleaseRunning(QWidget):
    """The steps, the one that runs, and a way to stop it."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step: Step | None = None
        self.title = _label(self, self.tr("What is being done"))
        self._steps = {step: QLabel(self) for step in Step}
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(self.tr("&Stop"), self)
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.stop_wanted)
        end = QHBoxLayout()
        end.addWidget(self.bar, 1)
        end.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        for label in self._steps.values():
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
        layout.addLayout(end)
        layout.addStretch(1)

    @property
    def step(self) -> Step | None:
        """The step that runs."""
        return self._step

    def begin(self, text: str, *, has_steps: bool) -> None:
        """Work begins: the plan, or the steps of the copy."""
        self.title.setText(text)
        self._step = None
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        for step, label in self._steps.items():
            label.setVisible(has_steps)
            self._show(step, "·")

    def show_progress(self, news: Progress) -> None:
        """How far it is."""
        self.bar.setRange(0, max(0, news.total))
        self.bar.setValue(min(news.done, news.total))
        if news.text in set(Step):
            self._step = Step(news.text)
            order = list(Step)
            for step in order:
                at = order.index(step) - order.index(self._step)
                self._show(step, "✓" if at < 0 else "▶" if at == 0 else "·")

    def show_stopping(self) -> None:
        """Somebody wants it to stop; it ends within a moment."""
        self.title.setText(self.tr("Stopping; no file is left."))
        self.stop.setEnabled(False)

    def _show(self, step: Step, sign: str) -> None:
        label = self._steps[step]
        label.setText(f"{sign}  {release_words.step(step)}")
        font = label.font()
        font.setBold(sign == "▶")
        label.setFont(font)


class ReleaseResult(QWidget):
    """What came of it."""

    place_wanted = Signal(object)
    back_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: list[Place] = []
        self.text = _label(self, self.tr("Result"))
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Places to look at"))
        self.list.setWordWrap(True)
        self.list.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._go())
        self.back = QPushButton(self.tr("&Back to the marks"), self)
        self.back.clicked.connect(self.back_wanted)
        self.close_button = QPushButton(self.tr("&Close"), self)
        self.close_button.clicked.connect(self.close_wanted)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self.back)
        end.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)  # with no list the words stay at the top
        layout.addLayout(end)
        for button in (self.back, self.close_button):
            button.setAutoDefault(False)

    @property
    def places(self) -> tuple[Place, ...]:
        """What is listed."""
        return tuple(self._places)

    def show_delivered(self, done: Delivered) -> None:
        """The copy is there."""
        lines = [
            self.tr("✓ The release copy is written: {path}").replace("{path}", isolated(done.path)),
            done.summary,
            self.tr("Its certificate: {path}").replace("{path}", isolated(done.certificate)),
            *notes(done.released.done),
        ]
        self.text.setText("\n\n".join(lines))
        self._list([
            Place(self.tr("To decide: {what}").replace("{what}", _finding(f)), f.mark, f.page, f.rect)
            for f in done.released.verification.findings
        ])
        self.back.hide()
        self.close_button.setFocus()

    def show_error(self, error: ReviewError, page_of: Callable[[str], int]) -> None:
        """Nothing was written. ``page_of`` gives the page of a mark, 0 when it is not known."""
        if isinstance(error, Cancelled):
            self.text.setText(self.tr("Stopped. No file was written."))
        else:
            said = str(error)
            if isinstance(error, ReleaseFailed):  # its advice is for the command line
                said = self.tr(
                    "{what}. Below stands what survived where: places and counts, never the words. Make "
                    "these pages pictures, or mark the places, and try again.").replace("{what}", error.what)
            self.text.setText(self.tr("✖ No file was written. {error}").replace("{error}", said))
        places: list[Place] = []
        if isinstance(error, ReleaseFailed):
            places = [Place(_finding(f), f.mark, f.page, f.rect) for f in error.findings]
        elif isinstance(error, GapsNotDefended):
            for mark, why in error.marks.items():
                text = self.tr("Mark on page {page}: its gap keeps the width of what goes: {why}")
                text = text.replace("{page}", str(page_of(mark))).replace("{why}", why)
                places.append(Place(text, mark, page_of(mark)))
        self._list(places)
        self.back.show()
        (self.list if places else self.back).setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return goes to the place."""
        if watched is self.list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) \
                and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
            return True
        return super().eventFilter(watched, event)

    def _list(self, places: Sequence[Place]) -> None:
        self._places = list(places[:MOST_PLACES])
        self.list.clear()
        for place in self._places:
            self.list.addItem(QListWidgetItem(place.text))
        if len(places) > MOST_PLACES:
            self.list.addItem(QListWidgetItem(self.tr("and {count} more").format(
                count=len(places) - MOST_PLACES)))
        self.list.setVisible(bool(places))
        if places:
            self.list.setCurrentRow(0)

    def _go(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._places):
            self.place_wanted.emit(self._places[row])


def notes(done: Mapping[str, Any]) -> list[str]:
    """What is not in the copy though nobody marked it, and what became of gaps and pages."""
    found = []
    left = {str(kind): int(number) for kind, number in dict(done["left_out"]).items() if number}
    if left:
        found.append(tr("Annotations left out: {what}").format(
            what=", ".join(f"{number} {kind}" for kind, number in sorted(left.items()))))
    if done.get("tags") == "left out":
        found.append(tr("The tags of the document (its structure, for reading aloud) are not carried over."))
    if done["was_signed"]:
        found.append(
            tr("The digital signature of the original is gone: it does not hold for a changed file."))
    pages = list(done["raster_pages"])
    read = dict(done.get("reocr") or {})
    if read:
        found.append(tr("The text of pictures was read again by {engine}; it has faults.").replace(
            "{engine}", str(read["engine"])))
        pages = [n for n in pages if n in read["failed"]]
    if pages:
        found.append(tr("Pages that became pictures have no text any more: {pages}").format(
            pages=words.short(", ".join(str(n) for n in pages), 80)))
    return found


def _finding(finding: Finding) -> str:
    """Where, what and how often: in words of the program, never those of the document."""
    parts = [tr("page {page}").format(page=finding.page)] if finding.page else []
    if finding.mark:
        parts.append(tr("mark"))
    if finding.where:
        parts.append(finding.where)
    where = ", ".join(parts)
    times = tr("{count} times").format(count=finding.count) if finding.count != 1 else tr("once")
    return f"{where}: {finding.what} ({times})" if where else f"{finding.what} ({times})"


def _label(parent: QWidget, name: str) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAccessibleName(name)
    return label
