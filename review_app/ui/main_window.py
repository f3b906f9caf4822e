"""The window: what stands where, and who hears of what. Nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QTabWidget, QToolBar, QVBoxLayout, QWidget

from review_app.domain.bands import Limits
from review_app.domain.display import isolated
from review_app.domain.rows import DocumentRow, PageRow, SpanRow
from review_app.domain.vocabulary import Arrival
from review_app.ui import limits_kept
from review_app.ui.actions import (
    BAR,
    DECIDE_BUTTONS,
    DOCUMENT_MENU,
    MENUS,
    PEOPLE_BUTTONS,
    REVIEW_BUTTONS,
    Actions,
    ActionSpec,
)
from review_app.ui.bridge import Bridge
from review_app.ui.comfort import Comfort
from review_app.ui.commands import Commands
from review_app.ui.current import Current
from review_app.ui.dialogs.ask import Ask
from review_app.ui.dialogs.shelf import Shelf
from review_app.ui.once import Once
from review_app.ui.page_view.view import PageView
from review_app.ui.panels.document_bar import DocumentBar
from review_app.ui.panels.documents import DocumentsPanel
from review_app.ui.panels.find import FindPanel
from review_app.ui.panels.inspector import SpanInspector
from review_app.ui.panels.message_bar import MessageBar
from review_app.ui.panels.record import RecordPanel
from review_app.ui.panels.spans import SpansPanel
from review_app.ui.panels.status import StatusBar
from review_app.ui.parts import Parts
from review_app.ui.problems import Message, Problems
from review_app.ui.right_side import RightSide
from review_app.ui.state import State
from review_app.ui.together import Together
from review_app.ui.unlocking import Unlocking

if TYPE_CHECKING:
    from review_app.review.changes import Changes
    from review_app.review.desk import Desk


class MainWindow(QMainWindow):
    """Documents left, page in the middle, spans, record and the selected span right."""

    def __init__(self, desk: Desk, bridge: Bridge, *, expects_file: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self._bridge = bridge
        self._is_closing = False
        self._has_warned = False
        self._once = Once()
        self._undo_texts: tuple[str | None, str | None] = (None, None)
        self.problems = Problems(self)
        self.current = Current(desk, self)
        self.page = PageView(self)
        self.documents = DocumentsPanel(self)
        self.parts = Parts(desk, self.current, self.page, self)
        self.finder = FindPanel(self.current.document_name, self)
        self.spans = SpansPanel(self)
        self.record = RecordPanel(self)
        self.inspector = SpanInspector(desk.history.of_span, self)
        self.message_bar = MessageBar(self)
        self.document_bar = DocumentBar(self)
        self.status = StatusBar(desk.actor, is_writable=not desk.read_only, parent=self)
        self.unlocking = Unlocking(desk, bridge, self.current, self.problems, Ask(self), self)
        self.commands = Commands(desk, bridge, self.current, self.problems, self.page, Ask(self), self)
        self.together = Together(desk, bridge, self.current, self.commands, self.problems, self)
        self.action_table = Actions(self._run, self)
        self.shelf = Shelf(
            self.problems, self.action_table, desk.log, self.current, desk.folder, self)
        self.comfort = Comfort(desk, bridge, self)
        self._lay_out()
        self._make_menus()
        self._connect_signals()
        self._start(expects_file)

    def _lay_out(self) -> None:
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.left = self._tabs(self.tr("Documents and search"), {
            self.tr("Documents"): self.documents, self.tr("Find"): self.finder})
        self.places = self._tabs(self.tr("Pages and bookmarks"), {
            self.tr("Pages"): self.parts.pictures, self.tr("Bookmarks"): self.parts.bookmarks})
        self.right = self._tabs(self.tr("Spans and record"), {
            self.tr("Spans"): self.spans, self.tr("Record"): self.record,
            self.tr("Page"): self.together.pages})
        centre = QWidget(self)
        middle = QVBoxLayout(centre)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.together.bar)
        middle.addWidget(self.message_bar)
        middle.addWidget(self.document_bar)
        middle.addWidget(self.parts.banner)
        paper = self.paper = QHBoxLayout()
        paper.setSpacing(0)
        paper.addWidget(self.page, 1)
        paper.addWidget(self.parts.map)
        paper.addWidget(self.parts.beside, 1)
        middle.addLayout(paper, 1)
        lists = self._split(Qt.Orientation.Vertical, self.tr("Lists and details"), self.right, self.inspector)
        both = self._split(Qt.Orientation.Vertical, self.tr("Documents and pages"), self.left, self.places)
        whole = self._split(Qt.Orientation.Horizontal, self.tr("Panels"), both, centre, lists)
        whole.setStretchFactor(1, 1)
        self.splits = lists, both, whole
        self.comfort.lay_panels()
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        self.page.shaping.is_allowed = not self._desk.read_only
        self.inspector.add_actions(
            *([self.action_table[i] for i in ids] for ids in (REVIEW_BUTTONS, DECIDE_BUTTONS, PEOPLE_BUTTONS))
        )
        self.document_bar.add_actions(self.action_table["file.scan_again"], self.action_table["file.drop"])
        self.documents.set_menu([action and self.action_table[action] for action in DOCUMENT_MENU])
        self.inspector.set_writable(not self._desk.read_only)
        self.together.add_actions(self.action_table, self.inspector)
        stops = [self.page, *self.parts.beside.tab_stops, *self.together.bar.tab_stops,
                 *self.message_bar.tab_stops,
                 *self.document_bar.tab_stops, *self.parts.banner.tab_stops, self.left.tabBar(),
                 *self.documents.tab_stops,
                 *self.finder.tab_stops, self.places.tabBar(), self.parts.pictures, self.parts.bookmarks.view,
                 self.right.tabBar(), *self.spans.tab_stops, *self.record.tab_stops,
                 *self.together.pages.tab_stops, *self.inspector.tab_stops, *self.status.tab_stops]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _tabs(self, name: str, widgets: dict[str, QWidget]) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setAccessibleName(name)
        tabs.setDocumentMode(True)
        # Its bar of tabs takes the keyboard; as a stop of its own it would come a second time.
        tabs.setFocusProxy(None)
        tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for title, widget in widgets.items():
            tabs.addTab(widget, title)
        return tabs

    def _split(self, orientation: Qt.Orientation, name: str, *widgets: QWidget) -> QSplitter:
        split = QSplitter(orientation, self)
        split.setAccessibleName(name)
        split.setChildrenCollapsible(False)
        for widget in widgets:
            split.addWidget(widget)
        return split

    def _make_menus(self) -> None:
        for menu_id, title in MENUS.items():
            menu = self.menuBar().addMenu(QCoreApplication.translate("menus", title))
            menu.setObjectName(f"menu.{menu_id}")
            menu.setToolTipsVisible(True)
            for spec, action in self.action_table.all():
                if spec.menu == menu_id:
                    if spec.opens_group:
                        menu.addSeparator()
                    menu.addAction(action)
        bar = QToolBar(self.tr("Toolbar"), self)
        bar.setObjectName("toolbar")
        bar.setAccessibleName(self.tr("Toolbar"))
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        for action_id in BAR:
            if action_id is None:
                bar.addSeparator()
            else:
                bar.addAction(self.action_table[action_id])
        self.addToolBar(bar)

    def _connect_signals(self) -> None:
        current, page, commands = self.current, self.page, self.commands
        self._bridge.changed.connect(self._on_changes)
        self._bridge.job_started.connect(self._on_job_started)
        current.documents_changed.connect(
            lambda rows: self.documents.show_documents(rows, current.cases, current.removed))
        current.document_changed.connect(self._on_document_changed)
        current.document_refreshed.connect(self._on_document_refreshed)
        current.pages_changed.connect(self._on_pages_changed)
        current.spans_changed.connect(self._show_spans)
        self.side = RightSide(self, self._desk)
        current.limits_changed.connect(self._on_limits_changed)
        current.warnings_changed.connect(self.document_bar.show_warnings)
        current.selection_changed.connect(self._on_selection_changed)
        current.place_wanted.connect(page.highlight_place)
        current.log_changed.connect(self._on_log_changed)
        self.documents.document_chosen.connect(current.show_document)
        self.documents.selection_changed.connect(self._refresh_actions)
        self.spans.filter_changed.connect(self._refresh_actions)
        self.record.fields_chosen.connect(self._refresh_actions)
        current.fields_wanted.connect(self._show_fields)
        page.page_changed.connect(self._show_place)
        self.parts.labels_changed.connect(self._show_place)
        commands.outline = lambda: self.parts.outline
        commands.beside = self.parts.beside.toggle
        page.pages_seen.connect(self._on_pages_seen)
        page.zoom_changed.connect(self.status.show_zoom)
        page.tool_changed.connect(self._refresh_actions)
        page.text_selected.connect(self._refresh_actions)
        page.tool_changed.connect(self.status.show_tool)
        self.finder.search_wanted.connect(commands.find)
        self.finder.hit_chosen.connect(commands.show_hit)
        self.problems.added.connect(self._on_message)
        self.message_bar.problems_wanted.connect(commands.show_problems)
        self.message_bar.dismissed.connect(self._refresh_actions)
        self.status.cancel_wanted.connect(commands.cancel_jobs)
        self.status.problems_wanted.connect(commands.show_problems)
        self.status.log_wanted.connect(commands.show_log)
        self.status.person_wanted.connect(self.together.choose_role)
        commands.step_worked.connect(self.message_bar.dismiss_passing)
        commands.focus_wanted.connect(self._focus)
        commands.window_wanted.connect(self.shelf.show)
        self.shelf.verify_wanted.connect(commands.check_log)
        self.shelf.log_made.connect(self.together.add_log)
        self.together.changed.connect(self._refresh_actions)
        commands.overview_came_or_went.connect(self._refresh_actions)
        self.together.person_changed.connect(self.status.show_person)
        commands.dismiss_wanted.connect(self.message_bar.dismiss)
        commands.filter_wanted.connect(
            lambda: self.spans.set_undecided_only(not self.spans.is_undecided_only))
        commands.quit_wanted.connect(self.close)
        commands.hits_found.connect(self.finder.show_hits)
        commands.more_hits_found.connect(self.finder.add_hits)
        commands.hits_found.connect(self._refresh_actions)
        commands.hit_shown.connect(self.finder.select_hit)
        self.finder.search_ended.connect(commands.forget_search)
        self.finder.search_ended.connect(self._refresh_actions)
        commands.log_checked.connect(self.status.show_check)
        commands.log_checked.connect(self.shelf.show_check)
        commands.documents.selected = lambda: self.documents.selected_ids
        commands.documents.removed = lambda: self.documents.removed_ids
        commands.documents.neighbour = self.documents.neighbour
        commands.justification = lambda: self.inspector.justification
        commands.fields = lambda: self.record.selected

    def _start(self, expects_file: bool) -> None:
        self._on_document_changed(None)
        self.comfort.at_start()
        self.together.show_person()
        self.current.set_limits(limits_kept.load(self._desk.folder))
        self.current.load()
        if self._desk.read_only:
            self.problems.tell(self.tr("{why} Everything can be looked at, nothing can be changed.").format(
                why=self._desk.read_only_because or self.tr("This workspace is opened read-only.")))
        self.comfort.started(expects_file=expects_file)

    def _run(self, spec: ActionSpec) -> None:
        with self._once.held(self._refresh_actions):
            self.inspector.flush()
            self.page.shaping.finish()
            self.commands.attempt(lambda: spec.call(self.commands))

    def _on_changes(self, changes: Changes) -> None:
        with self._once.held(self._refresh_actions):
            self.current.refresh(changes)

    def _refresh_actions(self, *_: object) -> None:
        if self._once.is_held:
            return
        current, document = self.current, self.current.document
        undo, redo = self._undo_texts
        coming = document.coming if document is not None else None
        self.action_table.refresh(State(
            **self.together.state(),
            documents=len(current.documents),
            has_document=document is not None,
            is_recorded=document is not None and coming is None,
            is_coming=coming is not None,
            can_scan=coming.state is Arrival.FAILED if coming is not None else
            document is not None and document.id not in self.commands.documents.rescans,
            removed=len(current.removed),
            spans=len(current.spans),
            undecided_anywhere=len(current.waiting),
            selected=tuple(s for s in current.selected if not s.is_provisional),
            fields_selected=len(self.record.selected),
            limits=current.limits,
            start_limits=self.spans.limits.start,
            can_undo=undo is not None, can_redo=redo is not None,
            undo_text=undo or "", redo_text=redo or "",
            jobs=len(self._bridge.running),
            tool=self.page.tool,
            has_text=self.page.has_text_selected,
            hits=self.commands.hit_count,
            is_undecided_only=self.spans.is_undecided_only,
            has_message=not self.message_bar.isHidden(),
            hidden=self.comfort.panels.hidden,
        ))

    def _show_fields(self, ids: tuple[str, ...]) -> None:
        self.comfort.panels.reveal(self.record)
        self.right.setCurrentWidget(self.record)
        self.record.select(ids)

    def _on_document_changed(self, row: DocumentRow | None) -> None:
        self.inspector.flush()
        self.documents.show_document(row)
        self.spans.show_document(row is not None, row.coming if row else None)
        self.record.show_document(row is not None)
        self.page.set_source(self.unlocking.source(row.id) if row else None)
        pages = tuple(self._desk.pages(row.id)) if row else ()
        self.page.set_document(row.id if row else None, pages)
        self.parts.show_document(row, pages)
        self.document_bar.show_document(row)
        self._show_place()
        self.status.show_zoom(self.page.zoom)
        name = f"{isolated(row.name)} — Review App" if row else "Review App"
        self.setWindowTitle(name.replace("[*]", "[*][*]"))  # "[*]" alone is Qt's place for "modified"

    def _show_place(self, *_: object) -> None:
        page = self.page.current_page
        self.status.show_page(page, self.page.page_count, self.parts.outline.label(page))

    def _on_document_refreshed(self, row: DocumentRow) -> None:
        self.document_bar.show_document(row)
        self.spans.show_document(True, row.coming)
        self._refresh_actions()

    def _on_pages_changed(self, pages: tuple[PageRow, ...]) -> None:
        self.page.set_document(self.current.document.id, pages)
        self.parts.set_pages(pages)
        self._show_place()

    def _on_limits_changed(self, limits: Limits) -> None:
        self.spans.show_limits(limits)
        self.inspector.set_limits(limits)
        self.page.set_limits(limits)
        self._refresh_actions()

    def _on_pages_seen(self, pages: tuple[int, ...]) -> None:
        if self.current.document is not None:
            self._desk.incoming.look_at(self.current.document.id, pages)

    def _show_spans(self, rows: tuple[SpanRow, ...]) -> None:
        self.page.set_spans(rows)
        # What was found early may have become what is recorded: nothing moves because of that.
        if self.page.selected != self.current.selected_ids:
            self.page.select_spans(self.current.selected_ids, scroll=False)

    def _on_selection_changed(self, ids: tuple[str, ...]) -> None:
        if tuple(self.page.selected) != ids:
            self.page.select_spans(ids)
        self.spans.select(ids)
        self.inspector.show_spans(self.current.selected)
        self._refresh_actions()

    def _on_log_changed(self) -> None:
        history = self._desk.history
        self._undo_texts = (history.undo_text(), history.redo_text())
        seq = history.head().seq
        self.status.show_head(seq)
        self.shelf.show_head(seq)
        self._refresh_actions()

    def _on_job_started(self, job: object) -> None:
        self.status.add_job(job)
        job.finished.connect(self._on_job_finished)
        self._refresh_actions()

    def _on_job_finished(self) -> None:
        self._refresh_actions()
        if self._is_closing and not self.status.is_busy:
            self.close()

    def _on_message(self, message: Message) -> None:
        self.message_bar.show_message(message)
        self.status.show_problems(len(self.problems.problems))
        self._refresh_actions()

    def _focus(self, part: str) -> None:
        inspector = self.inspector
        places: dict[str, tuple[QTabWidget | None, QWidget]] = {
            "documents": (self.left, self.documents), "find": (self.left, self.finder),
            "pictures": (self.places, self.parts.pictures), "bookmarks": (self.places, self.parts.bookmarks),
            "spans": (self.right, self.spans), "record": (self.right, self.record),
            "limits": (self.right, self.spans),
            "pages": (self.right, self.together.pages), "disposition": (self.right, self.together.pages),
            "page": (None, self.comfort.start.middle), "inspector": (None, inspector.codes),
            "codes": (None, inspector.codes), "note": (None, inspector.note),
            "statute": (None, inspector.chips.statute),
            "internal": (None, inspector.internal.edit),
        }
        tabs, widget = places[part]
        self.comfort.panels.reveal(widget)
        if tabs is not None:
            tabs.setCurrentWidget(widget)
            widget = self.spans.limits.shown if part == "limits" else widget
            if part == "disposition":
                widget = self.together.pages.ask_for(self.page.current_page)
        else:
            inspector.ensureWidgetVisible(widget)
        (widget.focusProxy() or widget).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def is_closing(self) -> bool:
        """True once it is closed, or closes as soon as what runs has ended."""
        return self._is_closing or self.isHidden()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self._desk.read_only:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        self.commands.add_files(paths)
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Work that runs is cancelled; the window closes when it has ended.

        A note or a step that cannot be stored holds the window open once: after that the user has been told.
        """
        self.inspector.flush()
        self.page.shaping.finish()
        is_recorded = self.side.waiting.settle()
        if not (is_recorded and self.inspector.write_kept_notes()) and not self._has_warned:
            self._has_warned = True
            self.problems.tell(self.tr(
                "A note you wrote is not stored. Make room and try again, or close once more to leave "
                "without it."
            ) if is_recorded else self.tr(
                "Your last step is not recorded: another program is writing to review.db. End that and try "
                "again, or close once more to leave without it."
            ))
            event.ignore()
            return
        if self._bridge.running and not self._is_closing:
            self._is_closing = True
            self.commands.cancel_jobs()
            self.problems.tell(self.tr("Stopping what is running, then closing."))
        if self.status.is_busy:
            event.ignore()
            return
        limits_kept.save(self._desk.folder, self.current.limits)
        self.comfort.stop()
        self._bridge.detach()
        self.parts.stop()
        self.inspector.stop()
        event.accept()
