"""The start page in its window: when it is shown, what it lists, and the way to another workspace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from review_app.domain.display import shown
from review_app.domain.errors import InputRefused, ReviewError
from review_app.domain.resources import seeds_path
from review_app.domain.rows import DocumentRow
from review_app.review.places import sample_workspace
from review_app.ui import settings, words
from review_app.ui.bridge import call_on_main_thread
from review_app.ui.limits_kept import of_workspace
from review_app.ui.settings_table import DOCUMENTS, OPENS, RECENT, WORKSPACES

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.main_window import MainWindow
    from review_app.ui.panels.start import StartPage

WAYS = ("file.open", "file.folder", "file.workspace", "help.sample")
"""The actions that the page offers, in this order."""


class Start(QObject):
    """Shows the page in the place of the document. It is made when it is first shown."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self.page: StartPage | None = None
        self.successor: tuple[Desk, tuple[Path, ...]] | None = None
        """The workspace that follows when this window is closed, already open, and files to add there."""
        self._documents = DOCUMENTS.of(of_workspace(desk.folder))
        self._looked_at: list[str] = list(settings.get(self._documents))
        self._looker: threading.Thread | None = None
        self._there: dict[str, bool] = {}

    @property
    def is_sample(self) -> bool:
        """True in the workspace in which the sample is tried."""
        return self._desk.folder == sample_workspace()

    # -- what is shown -----------------------------------------------------------------------------------

    def first_document(self) -> str | None:
        """The document to show at the start, as the settings say; None for the start page."""
        documents, how = self._window.current.documents, settings.get(OPENS)
        if not documents or how == "start":
            return None
        ids = {d.id for d in documents}
        last = next((i for i in self._looked_at if i in ids), None) if how == "last" else None
        waiting = [d for d in documents if d.undecided_count]
        return last or (waiting or documents)[0].id

    def settle(self) -> None:
        """Nothing is on its way in any more: where that showed no document, show what the settings say."""
        if self._window.current.document is None:
            self._window.current.show_document(self.first_document())
            if self._window.current.document is None:
                self.show_document(None)

    def show_document(self, row: DocumentRow | None) -> None:
        """This document is on screen now, or none."""
        if row is not None and settings.get(RECENT):
            self._looked_at = [row.id, *(i for i in self._looked_at if i != row.id)][:settings.get(RECENT)]
        if row is None and self.page is None:
            self._make()
        if self.page is None:
            return
        focus = self._window.focusWidget()
        had_keyboard = focus is None or focus is self._window.page or self.page.isAncestorOf(focus)
        if row is None:
            self._fill()
        self.page.setVisible(row is None)
        for part in (self._window.page, self._window.parts.map):
            part.setVisible(row is not None)
        if had_keyboard:
            self.give_keyboard()

    @property
    def middle(self) -> QWidget:
        """What takes the keyboard in the middle of the window: the page, or the start page's first button."""
        if self.page is None or self.page.isHidden():
            return self._window.page
        return next((b for b in self.page.buttons if b.isEnabled()), self.page.buttons[0])

    def give_keyboard(self) -> None:
        """The keyboard goes to the middle of the window, whatever stands there."""
        self.middle.setFocus()

    def close_document(self) -> None:
        """Show the start page."""
        self._window.current.show_document(None)
        self.give_keyboard()

    def _make(self) -> None:
        from review_app.ui.panels.start import StartPage

        page = self.page = StartPage(self._window)
        page.add_actions([self._window.action_table[name] for name in WAYS])
        page.documents.wanted.connect(self._window.current.show_document)
        page.documents.forgotten.connect(self._forget_document)
        page.workspaces.wanted.connect(lambda folder: self.open_workspace(Path(folder)))
        page.workspaces.forgotten.connect(self._forget_workspace)
        self._window.paper.insertWidget(0, page, 1)
        before: QWidget = self._window.page
        for stop in page.tab_stops:
            QWidget.setTabOrder(before, stop)
            before = stop

    def _fill(self) -> None:
        page = self.page
        if page is None:
            return
        name = words.short(shown(self._desk.folder), 80)
        if self.is_sample:
            text = self.tr("This is the sample workspace: nothing you do here touches your own documents.")
        elif self._desk.read_only:
            text = self.tr("The workspace {folder} is opened read-only: no file can be added.").format(
                folder=name)
        else:
            text = self.tr(
                "No document is open. Open files, or drop files and folders here: they are copied into the "
                "workspace {folder}, and the originals stay as they are.").format(folder=name)
        page.say(text, self.tr(
            "N goes to the next undecided span · C confirms it · F1 helps, wherever you are"))
        page.documents.show_recent(self._recent_documents())
        self._show_workspaces()
        self._look()

    def _recent_documents(self) -> list[object]:
        from review_app.ui.panels.start import Recent

        rows = {d.id: d for d in self._window.current.documents}
        removed = {d.id: d for d in self._window.current.removed}
        found = []
        for document_id in self._looked_at:
            if document_id in rows:
                row = rows[document_id]
                left = self.tr("to review: {count}").format(count=row.undecided_count) \
                    if row.undecided_count else self.tr("nothing left to review")
                found.append(Recent(document_id, shown(row.name), left, is_missing=False))
            elif document_id in removed:
                found.append(Recent(document_id, shown(removed[document_id].name), is_missing=True))
        return found

    # -- workspaces --------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Keep this workspace among those opened last, and the documents looked at in it."""
        most = settings.get(RECENT)
        here = str(self._desk.folder)
        if not self.is_sample:
            kept = [here, *(f for f in settings.get(WORKSPACES) if f != here)]
            settings.put(WORKSPACES, kept[:most])
        known = {d.id for d in (*self._window.current.documents, *self._window.current.removed)}
        settings.put(self._documents, [i for i in self._looked_at if i in known][:most])

    def choose_workspace(self) -> None:
        """Ask for the folder of another workspace."""
        self._ask_folder(
            self.tr("Open another workspace, or choose an empty folder for a new one"), self.open_workspace)

    def choose_folder(self) -> None:
        """Ask for a folder and add what is in it."""
        self._ask_folder(
            self.tr("Add the files of a folder"), lambda folder: self._window.commands.add_files([folder]))

    def _ask_folder(self, title: str, then: Callable[[Path], None]) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def try_sample(self) -> None:
        """Go to the workspace of the sample, with the sample's documents in it."""
        folder, files = sample_workspace(), tuple(sorted(seeds_path().glob("*.txt")))
        if self._desk.folder == folder:
            current = self._window.current
            if not current.documents:
                self._window.commands.add_files(files)
            elif current.document is None:
                current.show_document(current.documents[0].id)
            return
        self.open_workspace(folder, files)

    def open_workspace(self, folder: Path, files: Sequence[Path] = ()) -> None:
        """Close this window and open one on another workspace, which is opened first: where that is refused,
        everything stays as it is. ``files`` are added where it holds no document yet."""
        try:
            desk = self._open(folder)
        except ReviewError as error:
            self._window.problems.report(error)
            return
        if desk is None:
            self._window.problems.tell(self.tr("This workspace is open already."))
            return
        self.successor = (desk, () if desk.documents() else tuple(files))
        self._window.close()
        if not self._window.is_closing:  # a note could not be stored: the window says so and stays
            self.successor = None
            desk.close()

    def _open(self, folder: Path) -> Desk | None:
        from review_app.review.desk import Desk

        try:
            folder = folder.absolute()
            if folder.resolve() == self._desk.folder.resolve():
                return None
            is_workspace = (folder / "review.db").is_file()
            if not is_workspace and folder.is_dir() and any(folder.iterdir()):
                raise InputRefused(
                    self.tr("The folder {folder} is no workspace, and not empty").format(
                        folder=shown(folder)),
                    why=self.tr("a new workspace is made in an empty folder, so that nothing gets mixed up"),
                    todo=self.tr("Choose a workspace or an empty folder; to add its files, use Add a folder"))
        except OSError as error:
            raise InputRefused(
                self.tr("The folder {folder} cannot be read").format(folder=shown(folder)),
                why=error.strerror or "", todo=self.tr("Check that it is there, and its permissions"),
            ) from error
        desk = Desk.open(folder, self._desk.actor, falls_back=True)
        desk.warm()
        return desk

    def _forget_workspace(self, folder: str) -> None:
        settings.put(WORKSPACES, [f for f in settings.get(WORKSPACES) if f != folder])
        self._show_workspaces()

    def _forget_document(self, document_id: str) -> None:
        self._looked_at = [i for i in self._looked_at if i != document_id]
        if self.page is not None:
            self.page.documents.show_recent(self._recent_documents())

    def _show_workspaces(self) -> None:
        from review_app.ui.panels.start import Recent

        if self.page is None:
            return
        folders = [Path(f) for f in settings.get(WORKSPACES) if f != str(self._desk.folder)]
        self.page.workspaces.show_recent([
            Recent(str(f), shown(f.name), shown(f.parent),
                   None if str(f) not in self._there else not self._there[str(f)]) for f in folders])

    def _look(self) -> None:
        """See which workspaces are there. In a thread: a folder on a network that is gone keeps the asker
        waiting, and a window must not wait."""
        folders = settings.get(WORKSPACES)
        if not folders or (self._looker is not None and self._looker.is_alive()):
            return

        def look() -> None:
            found = {f: _is_workspace(Path(f)) for f in folders}
            call_on_main_thread(lambda: self._on_looked(found))

        self._looker = threading.Thread(target=look, name="workspaces", daemon=True)
        self._looker.start()

    def _on_looked(self, found: dict[str, bool]) -> None:
        if isValid(self) and found != self._there:
            self._there = found
            self._show_workspaces()

    def stop(self) -> None:
        """The window closes."""
        self.remember()
        if self._looker is not None:
            self._looker.join(timeout=1.0)


def _is_workspace(folder: Path) -> bool:
    try:
        return (folder / "review.db").is_file()
    except OSError:
        return False
