"""What helps somebody find the way in the program: actions by name, help, start page, settings.

Each window of this part is loaded when it is first wanted: none of it stands in the way of the first page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from review_app.ui import geometry_kept, settings
from review_app.ui.layout_kept import PanelsKept
from review_app.ui.panels.columns import Columns
from review_app.ui.panels_shown import OVERVIEW, PanelsShown
from review_app.ui.settings_table import AT_START, COLUMNS, PANELS, TABLE
from review_app.ui.silent_keys import SilentKeys
from review_app.ui.start_page import Start

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.applying import Applying
    from review_app.ui.bridge import Bridge
    from review_app.ui.dialogs.help import HelpDialog
    from review_app.ui.dialogs.palette import PaletteDialog
    from review_app.ui.dialogs.settings import SettingsDialog
    from review_app.ui.main_window import MainWindow


LEFT_CHARACTERS = 44
RIGHT_CHARACTERS = 76
UPPER_LINES = 17


class Comfort(QObject):
    """Made by the window; the actions of the table call its methods."""

    def __init__(self, desk: Desk, bridge: Bridge, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._bridge = bridge
        self._applying: Applying | None = None
        self.start = Start(window, desk)
        self.panels = PanelsShown(window)
        self.palette: PaletteDialog | None = None
        self.help: HelpDialog | None = None
        self.settings: SettingsDialog | None = None
        window.commands.comfort = self
        window.installEventFilter(self)
        SilentKeys(window, window.action_table)

    @property
    def applying(self) -> Applying:
        """Where settings have their effect."""
        if self._applying is None:
            from review_app.ui.applying import Applying

            self._applying = Applying(self._window, self._desk, self._bridge)
        return self._applying

    def at_start(self) -> None:
        """Before anything is shown: what the settings say, and what is wrong with them."""
        if settings.is_any_set(AT_START):  # most people leave all as it is
            self.applying.at_start()
        problem = settings.problem(TABLE)
        if problem is not None:
            self._window.problems.report(problem)

    def started(self, *, expects_file: bool) -> None:
        """Everything is read: show the first document or the start page; neither while a file is on its way
        that will be shown."""
        window = self._window
        if expects_file:
            window.commands.adding.settled.connect(self.start.settle, Qt.ConnectionType.SingleShotConnection)
        else:
            window.current.show_document(self.start.first_document())
        window.current.document_changed.connect(self.start.show_document)
        if not expects_file:
            self.start.show_document(window.current.document)
        self.start.give_keyboard()
        if self.start.is_sample:
            window.problems.tell(self.tr(
                "This is the sample, in a workspace of its own: nothing you do here touches your documents. "
                "File › Open another workspace leads back to them."))

    def stop(self) -> None:
        """The window closes."""
        self.start.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, self._recolour)
        return False

    def _recolour(self) -> None:
        """Other colours hold in the program: Qt says so to windows, and to no widget that has its own."""
        window = self._window
        for bar in (window.message_bar, window.document_bar, window.together.bar):
            bar.recolour()

    def find_action(self) -> None:
        """Show every action by its name."""
        from review_app.ui.dialogs.palette import PaletteDialog

        if self.palette is None:
            self.palette = PaletteDialog(self._window.action_table, self._window)
        self.palette.ask()

    def show_help(self, page: str = "") -> None:
        """Show the page about the place where the keyboard is, or the one that is named."""
        from review_app.ui.dialogs.help import HelpDialog
        from review_app.ui.help_places import page_at

        focus = QApplication.focusWidget() or QApplication.activeWindow() or self._window
        if self.help is None:
            self.help = HelpDialog(self._window)
        elif not page and self.help.isVisible() and focus is not None and self.help.isAncestorOf(focus):
            return
        self.help.show_page(page or page_at(focus, self._window))
        self.help.show()
        self.help.raise_()
        self.help.activateWindow()
        self.help.reader.setFocus()

    def show_settings(self) -> None:
        """Show the settings; each change takes effect at once."""
        from review_app.ui.dialogs.settings import SettingsDialog

        dialog = self.settings = SettingsDialog(self.applying.apply, self.show_help, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._forget_settings)
        dialog.open()

    def reset_layout(self) -> None:
        """Window and panels as they are at first."""
        geometry_kept.forget(self._window)
        settings.forget(PANELS)
        settings.forget(COLUMNS)  # also of windows that nobody opened since the start
        for table in self._window.findChildren(Columns):
            table.reset()
        self.panels.restore(())
        self.lay_panels()
        self._window.side.shares.reset()

    def ask_columns(self) -> None:
        """Which columns are shown: of the table with the keyboard, else of the spans."""
        window = self._window
        focus = QApplication.focusWidget()
        chosen = next((t for t in window.tables if focus is t.view), window.tables[0])
        self.panels.reveal(chosen.view)
        window.right.setCurrentWidget(chosen.view.parentWidget())
        chosen.ask()

    def arrange(self) -> None:
        """Panels as they were when the program was closed last, where that was kept."""
        kept, window = settings.get(PANELS), self._window
        for tabs, index in zip((window.left, window.places, window.right), kept.tabs, strict=False):
            tabs.setCurrentIndex(min(index, tabs.count() - 1))
        for split, sizes in zip(window.splits, kept.sizes, strict=False):
            if len(sizes) == split.count() and all(sizes):
                split.setSizes(list(sizes))
                self.panels.know(split, sizes)
        beyond = len(window.splits)
        window.side.shares.arrange(*kept.sizes[beyond:beyond + 1])
        self.panels.restore(kept.hidden)
        if kept.has_overview and window.current.document is not None:
            QTimer.singleShot(0, window, self._bring_overview)

    def keep_arrangement(self) -> None:
        """Remember how the panels are."""
        window = self._window
        settings.put(PANELS, PanelsKept(
            (*(tuple(self.panels.sizes(split)) for split in window.splits), window.side.shares.other),
            tuple(tabs.currentIndex() for tabs in (window.left, window.places, window.right)),
            tuple(sorted(self.panels.hidden - {OVERVIEW})), OVERVIEW not in self.panels.hidden))
        for table in window.findChildren(Columns):  # windows beside the desk may be open still
            table.keep()

    def _bring_overview(self) -> None:
        """It stood open when the program was closed: it does again, and the keyboard stays at the desk."""
        self._window.commands.overview.show()
        self._window.activateWindow()
        self.start.give_keyboard()

    def lay_panels(self) -> None:
        """Panels as wide as their words need in this font; all the rest is page."""
        window = self._window
        lists, both, whole = window.splits
        upper = min(window.fontMetrics().lineSpacing() * UPPER_LINES, (window.height() - 80) // 2)
        lists.setSizes([upper, window.height() - upper - 40])
        both.setSizes([300, 460])
        wide, width = window.fontMetrics().averageCharWidth(), window.width()
        left, right = min(wide * LEFT_CHARACTERS, width // 4), min(wide * RIGHT_CHARACTERS, width * 36 // 100)
        whole.setSizes([left, width - left - right, right])

    def come_back(self, *_: object) -> None:
        """A screen went away: the window stands where there is one."""
        geometry_kept.keep_visible(self._window)

    def _forget_settings(self) -> None:
        self.settings = None
