"""What the window has of pages, two people, second looks and the past: panels, and who hears of what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from review_app.domain.display import isolated
from review_app.domain.dispositions import PageDisposition
from review_app.domain.geometry import Rect
from review_app.domain.page_ranges import parse_pages
from review_app.domain.people import READS_ONLY, Role
from review_app.domain.rows import LogRow
from review_app.domain.vocabulary import Status
from review_app.ui import blind, words
from review_app.ui.bridge import Bridge
from review_app.ui.current import Current
from review_app.ui.lenses import PastLens
from review_app.ui.panels.mode_bar import ModeBar
from review_app.ui.panels.pages import PagesPanel
from review_app.ui.problems import Problems

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.actions import Actions
    from review_app.ui.commands import Commands
    from review_app.ui.dialogs.log import LogDialog

BAR_ACTIONS = ("log.now", *blind.ACTIONS)


class Together(QObject):
    """Made by the window; knows the panels of this part and nothing of where they stand."""

    changed = Signal()
    """What can be done now is something else."""
    person_changed = Signal(str, object, bool)
    """Somebody else sits here, or works in another role: name, role, whether anything can be changed."""

    def __init__(
        self, desk: Desk, bridge: Bridge, current: Current, commands: Commands, problems: Problems,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._bridge = bridge
        self._current = current
        self._commands = commands
        self._problems = problems
        self._window = window
        self._is_stale = False
        self._log: LogDialog | None = None
        self._wants_new = False
        self._inspector: Any = None
        self.pages = PagesPanel()
        self.bar = ModeBar()
        self.blind = blind.Blind(desk, current, problems, self.bar, window)
        self.blind.place_wanted.connect(self._go_to)
        commands.together = self
        self.pages.page_chosen.connect(lambda page: window.page.go_to_page(page))
        self.pages.wanted.connect(self._set_disposition)
        self.pages.taken_back.connect(self._clear_disposition)
        self.pages.shown.connect(self._refresh_pages)
        for signal in (current.document_changed, current.document_refreshed, current.spans_changed,
                       current.record_changed, current.log_changed):
            signal.connect(self._on_news)
        current.lens_changed.connect(self._on_lens)

    def add_actions(self, actions: Actions, inspector: QWidget) -> None:
        """Put actions of the window where they are needed; ``inspector`` is what lets nobody write."""
        self.bar.add_actions([actions[name] for name in BAR_ACTIONS])
        self._inspector = inspector
        self.show_person()

    def add_log(self, dialog: LogDialog) -> None:
        """The window of the log was made: let it do what it offers."""
        self._log = dialog
        dialog.place_wanted.connect(self._show_place)
        dialog.past_wanted.connect(self._show_past)
        dialog.export_wanted.connect(self._export)
        dialog.looked.connect(self._mark_looked)
        self._show_new(only=False)

    # What can be done ---------------------------------------------------------------------------------

    @property
    def refusal(self) -> str:
        """Why nothing can be changed now, empty when things can be."""
        if isinstance(self._current.lens, PastLens):
            return self.tr("The page shows the past: go back to now first.")
        if self.blind.lens is not None:
            return self.tr("A blind second look is shown: leave it first.")
        if self._desk.people.role in READS_ONLY:
            return self.tr("An auditor changes nothing.")
        return self._desk.read_only_because

    def state(self) -> dict[str, Any]:
        """The part of the window's state that is decided here."""
        refusal = self.refusal
        return {
            "is_writable": not refusal, "refusal": refusal, "role": self._desk.people.role,
            "is_past": isinstance(self._current.lens, PastLens),
            "is_second_look": self.blind.lens is not None,
        }

    def show_person(self) -> None:
        """Say who works here and as what, and let that be changed which may be."""
        is_writable = not self.refusal
        self.person_changed.emit(
            self._desk.actor, self._desk.people.role,
            not self._desk.read_only and self._desk.people.role not in READS_ONLY)
        self.pages.set_writable(is_writable, self.refusal)
        if self._inspector is not None:
            self._inspector.set_writable(is_writable)
            self._window.page.shaping.is_allowed = is_writable
        self.changed.emit()

    # People -------------------------------------------------------------------------------------------

    def choose_role(self) -> None:
        """Ask who works here and as what."""
        from review_app.ui.dialogs.people import RoleDialog  # not needed to start

        because = self._desk.read_only_because
        if because:
            because += " " + self.tr("Close it and open it for writing to work in another role.")
        RoleDialog(
            self._desk.actor, Role.AUDITOR if because else self._desk.people.role, self._take_role,
            read_only=because, parent=self._window,
        ).open()

    def propose(self) -> None:
        """Hand what is selected to the other person."""
        self._desk.proposals.propose(self._selected(Status.CONFIRMED, Status.RETURNED),
                                     self._commands.justification())

    def review(self) -> None:
        """A second pair of eyes has seen what is selected."""
        self._desk.proposals.review(self._selected(Status.PROPOSED), self._commands.justification())

    def approve(self) -> None:
        """Approve what is selected and proposed by somebody else."""
        self._desk.proposals.approve(self._selected(Status.PROPOSED), self._commands.justification())

    def approve_own(self) -> None:
        """Approve also one's own proposals, with the reason why there is no second person."""
        ids = self._selected(Status.PROPOSED)
        self._ask_reason(
            self.tr("Approve without a second person"),
            self.tr("Who approves should not be who proposed. Why is there no second person? "
                    "The log keeps the answer."),
            lambda reason: self._desk.proposals.approve(ids, reason, override=True))

    def give_back(self) -> None:
        """Return what is selected with a reason."""
        ids = self._selected(Status.PROPOSED)
        self._ask_reason(
            self.tr("Return proposal"),
            self.tr("What is wrong? Who proposed will read this. Spans: {count}").format(count=len(ids)),
            lambda reason: self._desk.proposals.return_(ids, reason))

    def withdraw(self) -> None:
        """Take back what lies with the other person, or an approval."""
        ids = self._selected(Status.PROPOSED, Status.APPROVED)
        if any(s.status is Status.APPROVED for s in self._current.selected):
            self._ask_reason(
                self.tr("Take approval back"), self.tr("Why does the approval not hold any more?"),
                lambda reason: self._desk.proposals.withdraw(ids, reason))
        else:
            self._desk.proposals.withdraw(ids)

    def show_new(self) -> None:
        """What others did since the acting person last looked."""
        self._commands.show_log()
        self._show_new(only=True)

    def _take_role(self, name: str, role: Role) -> None:
        if self._commands.attempt(lambda: self._desk.people.take_role(role, name)):
            self.show_person()
            self._show_new(only=False)

    def _selected(self, *statuses: Status) -> list[str]:
        return [s.id for s in self._current.selected if s.status in statuses]

    def _ask_reason(self, title: str, question: str, then: Callable[[str], object]) -> None:
        from review_app.ui.dialogs.people import ReasonDialog

        self._open(ReasonDialog(title, question, lambda reason: self._commands.attempt(lambda: then(reason)),
                                parent=self._window))

    # The log ------------------------------------------------------------------------------------------

    def _show_new(self, *, only: bool) -> None:
        if self._log is not None:
            self._log.show_new(self._desk.people.looked_at(), self._desk.actor,
                               can_mark=not self._desk.read_only_because, only=only)

    def _mark_looked(self, seq: int) -> None:
        if self._commands.attempt(lambda: self._desk.people.mark_looked(seq)):
            self._show_new(only=False)

    def _show_place(self, entry: LogRow) -> None:
        """Go to what an entry changed: its document, spans, fields; or the page that it is about."""
        documents = self._desk.history.documents_of(entry)
        if not any(d.id in documents for d in self._current.documents):
            self._problems.tell(self.tr("Entry {seq} is about nothing that can be shown on a page.").format(
                seq=entry.seq))
            return
        self._current.show_steps([entry])
        rows = [c["after"] or c["before"] or {} for c in entry.changes
                if c["table"] in ("page_dispositions", "pages", "sample_marks", "sample_pages")]
        pages = [int(r.get("page") or r.get("number") or 0) for r in rows]
        if pages and not self._current.selected_ids:
            self._window.page.go_to_page(min(pages))
        self._window.activateWindow()

    def _go_to(self, document_id: str, page: int, rect: Rect) -> None:
        self._current.show_document(document_id)
        self._current.want_place(page, rect)

    def _export(self, numbers: Sequence[int]) -> None:
        dialog = QtWidgets.QFileDialog(self._log or self._window, self.tr("Export the listed entries"))
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Table (*.csv)"), self.tr("JSON (*.json)")])
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("json" if "json" in chosen else "csv"))
        dialog.selectFile("audit-log.csv")
        dialog.fileSelected.connect(lambda name: self.export_log(numbers, Path(name)))
        self._open(dialog)

    def export_log(self, numbers: Sequence[int], out: Path) -> None:
        """Write these entries to a file, beside the work."""
        job = self._bridge.run(
            lambda progress, cancel: self._desk.log.export(numbers, out, progress=progress, cancel=cancel),
            self.tr("Exporting the log"))
        job.succeeded.connect(lambda path: self._problems.tell(
            self.tr("{count} entries of the log are written: {path}").format(
                count=f"{len(numbers):,}", path=isolated(path))))
        job.failed.connect(self._problems.report)

    # The past -----------------------------------------------------------------------------------------

    def ask_date(self) -> None:
        """Ask as of which day the page is to be shown."""
        dialog = QtWidgets.QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("As of a date"))
        dialog.setLabelText(self.tr(
            "Show spans and record as they were at the end of this UTC day, or at this time "
            "(2026-01-31 or 2026-01-31 14:30):"))
        dialog.findChild(QLabel).setWordWrap(True)  # where letters are large it is wider than the screen
        dialog.textValueSelected.connect(lambda text: self._commands.attempt(lambda: self._go_to_date(text)))
        self._open(dialog)

    def _go_to_date(self, text: str) -> None:
        from review_app.ui.panels.log_filter import moment

        try:
            when = moment(text)
        except ValueError:
            when = None
        if when is None:
            self._problems.tell(self.tr("That is no day: write it as 2026-01-31 or 2026-01-31 14:30."))
        else:
            self._show_past(self._desk.log.at(when))

    def _show_past(self, entry: LogRow) -> None:
        log = self._desk.log
        self._window.page.set_tool("select")
        self._current.look_through(PastLens(entry.seq, log.spans_at, log.record_at))
        self.bar.say(
            self.tr("◷ As it was after entry {seq}, {when} UTC ({who}: {what}). Nothing can be changed here.")
            .format(seq=entry.seq, when=words.moment(entry.at), who=isolated(entry.actor),
                    what=words.action(entry.action)), ("log.now",))
        documents = self._desk.history.documents_of(entry)
        here = self._current.document.id if self._current.document else ""
        known = [i for i in documents if any(d.id == i for d in self._current.documents)]
        if known and here not in known:
            self._current.show_document(known[0])
        self._window.activateWindow()

    def back_to_now(self) -> None:
        """Show documents as they are."""
        self._current.look_through(None)

    def _on_lens(self, lens: object) -> None:
        hold = ""
        if isinstance(lens, PastLens):
            hold = self.tr("The page shows the past, which cannot be changed")
        elif lens is not None:
            hold = self.tr("A blind second look is shown, and nothing else can be changed in it")
        self._desk.people.hold(hold)
        instead = self.tr("Hidden while a blind second look is shown.") if self.blind.lens is not None else \
            self.tr("Nothing was on record here at that time.") if lens is not None else ""
        self._window.spans.say_instead(instead)
        self._window.record.say_instead(instead)
        # The lists of documents and pages tell how much was found on them.
        self._window.comfort.panels.apply()
        if lens is None:
            self.bar.say("")
        self.show_person()

    # Pages --------------------------------------------------------------------------------------------

    def _on_news(self, *_: object) -> None:
        """After the page is painted, and only when somebody sees it: deciding must stay within its frame."""
        if not self._is_stale and self.pages.isVisible():
            self._is_stale = True
            QTimer.singleShot(0, self, self._refresh_pages)

    def _refresh_pages(self) -> None:
        self._is_stale = False
        # Tabs that are taken down with their window show one another once more: the desk may be closed then.
        if not self._window.isVisible() or not self.pages.isVisible():
            return
        document = self._current.document
        is_in = document is not None and document.coming is None
        spans = self._current.all_spans
        if self.blind.lens is not None:
            self.pages.show_state(None, self.tr("Hidden while a blind second look is shown."))
            return
        lens = self._current.lens
        seq = lens.seq if isinstance(lens, PastLens) else None
        dispositions = self._desk.dispositions
        self.pages.show_state(dispositions.of_document(document.id, spans, seq) if is_in else None)

    def _set_disposition(self, pages: str, disposition: str, detail: str) -> None:
        document = self._current.document
        if document is not None:
            self._commands.attempt(lambda: self._desk.dispositions.set(
                document.id, parse_pages(pages, document.page_count), PageDisposition(disposition), detail))

    def _clear_disposition(self, pages: str) -> None:
        document = self._current.document
        if document is not None:
            self._commands.attempt(lambda: self._desk.dispositions.clear(
                document.id, parse_pages(pages, document.page_count)))

    @staticmethod
    def _open(dialog: QtWidgets.QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
