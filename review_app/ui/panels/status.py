"""The status bar: page, running work, problems, state of the log, who is acting."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from review_app.domain.display import isolated
from review_app.domain.people import Role
from review_app.domain.rows import Progress
from review_app.ui import words
from review_app.ui.bridge import Job
from review_app.ui.panels.elided import ElidedLabel

TITLE_CHARACTERS = 56
"""Room for what is running: with everything else on the bar it fits a window of 1280 pixels."""
PLACE_CHARACTERS = 60
"""Room for page and zoom, and for how to draw."""


BRIEFLY_MS = 6000
"""How long a word about a key stays: long enough to read one line twice."""


class StatusBar(QStatusBar):
    """Nothing here needs the mouse: each button is an action of a menu too."""

    cancel_wanted = Signal()
    problems_wanted = Signal()
    log_wanted = Signal()
    person_wanted = Signal()
    """Somebody else sits down, or takes another role."""

    def __init__(self, actor: str, *, is_writable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName(self.tr("Status"))
        self._jobs: list[Job] = []
        self._zoom = 0.0
        self._head = 0
        self._log_problems: int | None = None
        self._page_text = ""
        self._whole = ""
        self.page = self._label(self.tr("Page and zoom"))
        self._work = QWidget(self)
        self._work.setAccessibleName(self.tr("Running work"))
        # A bar that asks for room makes the whole window wider, for good.
        self._title = ElidedLabel(TITLE_CHARACTERS, self._work)
        self._title.setAccessibleName(self.tr("What is running"))
        self._bar = QProgressBar(self._work)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._cancel = QToolButton(self._work)
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel running work"))
        self._cancel.clicked.connect(self.cancel_wanted)
        row = QHBoxLayout(self._work)
        row.setContentsMargins(12, 0, 0, 0)
        for widget in (self._title, self._bar, self._cancel):
            row.addWidget(widget)
        self.problems = self._button(self.tr("Problems of this session"))
        self.problems.clicked.connect(self.problems_wanted)
        self.log = self._button(self.tr("State of the audit log"))
        self.log.clicked.connect(self.log_wanted)
        self.who = self._button(self.tr("Who works here, and in which role"))
        self.who.clicked.connect(self.person_wanted)
        self.show_person(actor, Role.ANALYST, is_writable)
        self.hint = self._label(self.tr("Hint"))
        self._tool_hint = ""
        self._brief = QTimer(self)
        self._brief.setSingleShot(True)
        self._brief.setInterval(BRIEFLY_MS)
        self._brief.timeout.connect(self._say_tool)
        # It takes what is left over and never makes the window wider.
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self.page)
        self.addWidget(self._work)
        self.addWidget(self.hint, 1)
        self.addPermanentWidget(self.problems)
        self.addPermanentWidget(self.log)
        self.addPermanentWidget(self.who)
        self._work.hide()
        self.show_problems(0)
        self._show_log()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        return [self._cancel, self.problems, self.log, self.who]

    def show_person(self, actor: str, role: Role, is_writable: bool) -> None:
        """Who works here and as what."""
        mode = "" if is_writable else self.tr(" (read-only)")
        self.who.setText(f"{words.of(role)}: {words.short(isolated(actor), 24)}{mode}")
        self.who.setToolTip(words.tip(f"{words.of(role)}: {isolated(actor)}{mode}"))

    def show_page(self, number: int, count: int, label: str = "") -> None:
        """The page in the middle of the view, with the document's own name for it when that is another."""
        text = self.tr("page {label} ({number} of {count})") if label else self.tr("page {number} of {count}")
        self._page_text = text.format(label=isolated(label), number=number, count=count) if count else ""
        self._show_place()

    def show_zoom(self, percent: float) -> None:
        """The zoom of the page view."""
        self._zoom = percent
        self._show_place()

    def show_tool(self, name: str) -> None:
        """Another tool is in hand: how it is used without a mouse cannot be guessed."""
        text = self.tr("Draw: drag, or arrow keys move · Shift+arrows stretch · Return marks · Esc ends")
        self._tool_hint = text if name == "draw" else ""
        self._say_tool()

    def say_briefly(self, text: str) -> None:
        """A word about the last key; it makes room for what stood there after a while."""
        self.hint.setText(text)
        self._brief.start()

    def _say_tool(self) -> None:
        self._brief.stop()
        self.hint.setText(self._tool_hint)

    def show_problems(self, count: int) -> None:
        """How many problems this session had."""
        self.problems.setText(
            self.tr("⚠ problems: {count}").format(count=count) if count else self.tr("no problems")
        )

    def show_head(self, seq: int) -> None:
        """The number of the newest entry of the log."""
        self._head = seq
        self._show_log()

    def show_check(self, problems: Sequence[object]) -> None:
        """The log was verified; no problems means that all is well."""
        self._log_problems = len(problems)
        self._show_log()

    @property
    def is_busy(self) -> bool:
        """True while work runs."""
        return bool(self._jobs)

    def add_job(self, job: Job) -> None:
        """Work began: show it until it has finished."""
        self._jobs.append(job)
        job.progressed.connect(lambda news, j=job: self._on_progress(j, news))
        job.finished.connect(lambda j=job: self._on_finished(j))
        if len(self._jobs) == 1:
            self._show_job(job)

    @property
    def work_text(self) -> str:
        """What is shown of the running work, empty when there is none."""
        return "" if self._work.isHidden() else self._whole

    def _label(self, name: str) -> ElidedLabel:
        label = ElidedLabel(PLACE_CHARACTERS, self, Qt.TextElideMode.ElideRight)
        label.setAccessibleName(name)
        label.setContentsMargins(6, 0, 6, 0)
        return label

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setAccessibleDescription(name)
        button.setToolTip(name)
        return button

    def _show_place(self) -> None:
        parts = [self._page_text] if self._page_text else []
        if self._zoom and self._page_text:
            parts.append(f"{round(self._zoom)}%")
        self.page.setText("  ·  ".join(parts))

    def _show_log(self) -> None:
        if self._log_problems:
            text = self.tr("⚠ log does not verify · entry {seq}")
        elif self._log_problems is None:
            text = self.tr("log not checked yet · entry {seq}")
        else:
            text = self.tr("log ok · entry {seq}")
        self.log.setText(text.format(seq=self._head))

    def _show_job(self, job: Job) -> None:
        self._say(job.title)
        self._bar.setRange(0, 0)
        self._work.show()

    def _on_progress(self, job: Job, news: Progress) -> None:
        if not self._jobs or job is not self._jobs[0]:
            return
        text = words.progress(news)
        self._say(f"{job.title}: {text}" if text else job.title)
        self._bar.setRange(0, max(0, news.total))
        self._bar.setValue(min(news.done, news.total))

    def _say(self, text: str) -> None:
        self._whole = text
        self._title.setText(text)

    def _on_finished(self, job: Job) -> None:
        self._jobs.remove(job)
        if self._jobs:
            self._show_job(self._jobs[0])
        else:
            self._work.hide()
