"""What the use cases share: the workspace, who acts, and the one way to commit and tell the views."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from review_app.domain.errors import EnvironmentProblem, RuleBroken, WorkspaceLocked
from review_app.domain.ocr import OcrSettings
from review_app.domain.people import Role
from review_app.domain.rows import DocumentRow, LogRow
from review_app.domain.vocabulary import Field
from review_app.review import rules
from review_app.review.changes import Changes
from review_app.review.forms import Row
from review_app.review.incoming import Incoming
from review_app.review.places import default_tessdata
from review_app.review.seals import Seals
from review_app.review.waiting import Waiting
from review_app.store.journal import Change
from review_app.store.workspace import Workspace

MACHINE = "review-app"
"""The actor of what the machine found by itself."""


class Session:
    """The workspace seen by the use cases."""

    def __init__(self, workspace: Workspace, actor: str, ocr: OcrSettings | None = None) -> None:
        self.workspace = workspace
        self.actor = actor
        self.scan_options: dict[str, object] = {}
        """How documents of this workspace are scanned: goes into every scan's request as it is."""
        self.use_ocr(OcrSettings(tessdata=default_tessdata()) if ocr is None else ocr)
        self.role = Role.ANALYST
        """What the acting person works as; a role that only looks changes nothing."""
        self.hold = ""
        """Why nothing about spans, pages and record can be changed just now (the window shows the past)."""
        self.incoming = Incoming(self.tell)
        self.seals = Seals()
        self.waiting = Waiting(workspace)
        self._listeners: list[Callable[[Changes], None]] = []
        self._lock = threading.Lock()
        self._passwords: dict[str, tuple[str, ...]] = {}

    def use_ocr(self, ocr: OcrSettings) -> None:
        """Recognise text so from the next scan on."""
        self.ocr = replace(ocr, cache=str(self.workspace.cache_folder / "ocr"))
        self.scan_options = {**self.scan_options, "ocr": self.ocr.to_json()}

    def what_is_known(self) -> dict[str, object]:
        """The options of a scan here: as set, with the reviewers' names that people confirmed."""
        return {"names": self.workspace.queries.confirmed(Field.REVIEW_AUTHORITY), **self.scan_options}

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call ``callback`` after every change; the returned function ends that."""
        with self._lock:
            self._listeners.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._listeners:
                    self._listeners.remove(callback)

        return unsubscribe

    def tell(self, changes: Changes) -> Changes:
        """Hand ``changes`` to all listeners, when there are any."""
        if changes:
            with self._lock:
                listeners = list(self._listeners)
            for listener in listeners:
                listener(changes)
        return changes

    def commit(
        self, action: str, changes: Sequence[Change], touched: Changes, *, actor: str | None = None,
        group: str | None = None, durable: bool = True, quiet: bool = False,
    ) -> LogRow:
        """One audit entry, one transaction, then the views hear of it (unless ``quiet``).

        Raises:
            RuleBroken: the acting person's role, or another person's review, forbids it.
            StepWaits: another program is writing; the step is kept (:meth:`try_again`).
        """
        rules.check(self, action, changes, by_machine=actor == MACHINE)
        try:
            entry = self.workspace.journal.commit(
                actor or self.actor, action, changes, group=group, durable=durable
            )
        except WorkspaceLocked as error:
            raise self.waiting.keep(action, changes, touched, actor, group, error) from error
        if not quiet:
            self.tell(touched | Changes(log=True))
        return entry

    def try_again(self) -> bool:
        """Commit the step that another program kept out; False while it has to wait on, True when none waits.

        Raises:
            ReviewError: as for :meth:`commit`; it is kept no longer.
        """
        return self.waiting.try_again(
            lambda s: self.commit(s.action, s.changes, s.touched, actor=s.actor, group=s.group))

    def row(self, table: str, row_id: str) -> Row:
        """A live row.

        Raises:
            RuleBroken: it is not there (any more).
        """
        row = self.workspace.queries.row(table, row_id)
        if row is None:
            raise RuleBroken(
                "What was to be changed is no longer there", why="it was removed or undone meanwhile",
                todo="Look at the list again",
            )
        return dict(row)

    def document(self, document_id: str) -> DocumentRow:
        """A document.

        Raises:
            RuleBroken: it is not there (any more).
        """
        found = self.workspace.queries.document(document_id)
        if found is None:
            raise RuleBroken("The document is not in this workspace", todo="Open the file again")
        return found

    def original(self, document: DocumentRow) -> Path:
        """The kept original.

        Raises:
            EnvironmentProblem: somebody took it out of the workspace.
        """
        path = self.workspace.originals.path(document.sha256)
        if not path.is_file():
            raise EnvironmentProblem(
                "The original of this document is missing from the workspace",
                why="without it no page can be shown and nothing can be exported",
                todo="Restore originals/ of the workspace from a backup, or open the file again",
            )
        return path

    def remember_passwords(self, sha256: str, passwords: Sequence[str]) -> None:
        """Keep the passwords of a file for this run; they are never stored."""
        if passwords:
            with self._lock:
                self._passwords[sha256] = tuple(passwords)

    def passwords(self, sha256: str) -> tuple[str, ...]:
        """The passwords given for a file in this run."""
        with self._lock:
            return self._passwords.get(sha256, ())

    def page_params(self, document_id: str) -> dict[str, object]:
        """What a task about the pages of a document starts from, also of one that is on its way in.

        Raises:
            RuleBroken: it is neither.
            EnvironmentProblem: its original is gone.
        """
        stored = self.workspace.queries.document(document_id)
        if stored is not None or self.incoming.document(document_id) is None:
            document = self.document(document_id)
            whole = self.child_params(document)
            del whole["sha256"]
            seal = self.seals.of(Path(str(whole["path"])), document.sha256)
            return {**whole, "in_place": True, **seal}
        entry = self.incoming.entry(document_id)
        staged = entry.staged
        params: dict[str, object] = {
            "name": entry.row.name, "passwords": list(entry.passwords), "in_place": True,
        }
        if staged is None:
            return {**params, "path": str(entry.source), "state": list(entry.state)}
        # While it is recorded, its copy has moved to its place already.
        path = staged.path if staged.path.is_file() else self.workspace.originals.path(staged.sha256)
        return {**params, "path": str(path), **self.seals.of(path, staged.sha256)}

    def child_params(self, document: DocumentRow) -> dict[str, object]:
        """What every task about a stored document starts from."""
        return {
            "path": str(self.original(document)), "name": document.name,
            "passwords": list(self.passwords(document.sha256)), "sha256": document.sha256,
            "ocr": self.ocr.to_json(),
        }
