"""A file comes in: kept by its hash, scanned in a child, recorded with all that was found, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from review_app.domain.display import isolated
from review_app.domain.errors import Cancelled, InputRefused, ReviewError, RuleBroken
from review_app.domain.findings import ScanResult, SpanFinding
from review_app.domain.rows import Progress
from review_app.domain.values import dataclass
from review_app.review.changes import Changes
from review_app.review.expected import Expecting, file_state, look_params
from review_app.review.filing import recalled
from review_app.review.forms import Row, code_row, dumps, new_id, now, page_row, record_row, span_row
from review_app.review.incoming import Incoming
from review_app.review.page_images import PageImages
from review_app.review.scan_request import Scanned, Watcher, ask_scan, scan_params
from review_app.review.seals import WHOLE_BYTES, State, state_of
from review_app.review.session import MACHINE, Session
from review_app.store.journal import Change
from review_app.store.originals import Staged, shown_name
from review_app.workers.pool import Pool

OPEN_TIMEOUT_S = 60.0
"""Longest time a file may take to say how many pages it has, in seconds."""


@dataclass(frozen=True, slots=True)
class Added:
    """A document that is now in the workspace. ``was_known``: the same bytes were recorded before;
    ``was_removed``: they had been removed since, and are back with all that was decided."""

    document_id: str
    was_known: bool
    was_removed: bool = False


class _Watcher:
    """Hands what is looked at to a scan, and what it finds early to the register."""

    def __init__(self, incoming: Incoming, document_id: str) -> None:
        self._incoming = incoming
        self._document_id = document_id

    def pages_wanted(self) -> Sequence[int]:
        return self._incoming.wanted(self._document_id)

    def on_page(self, page: int, found: Sequence[SpanFinding]) -> None:
        self._incoming.found(self._document_id, page, found)


class Intake:
    """Brings files into the workspace.

    Args:
        session: the workspace.
        pool: children that scan.
        looks: children that answer at once: how many pages has this file?
        images: draws the pages; opens a file while another child looks at it, just before it is shown.
    """

    def __init__(self, session: Session, pool: Pool, looks: Pool, images: PageImages) -> None:
        self._session = session
        self._pool = pool
        self._looks = looks
        self._images = images
        self._expecting = Expecting(session.workspace.originals, images)
        self._coming_in: set[str] = set()
        self._arrived = threading.Condition()
        self._opening = threading.Lock()

    def add(
        self, path: Path, *, case: str | None = None, passwords: Sequence[str] = (),
        progress: Callable[[Progress], None] | None = None, cancel: threading.Event | None = None,
    ) -> Added:
        """Record one file, or find it recorded already (same SHA-256). Blocks; call it from a job.

        After an error nothing of the file is left in the workspace.

        Args:
            path: the file; it is copied, never written.
            case: case number to file it under; the case is opened when it is new.
            passwords: tried in turn when the file is encrypted; never stored.
            progress: called with pages done and pages in all.
            cancel: when set, the scan ends and :class:`Cancelled` is raised.

        Raises:
            InputRefused: the file cannot be taken; the message says why.
            EnvironmentProblem: the workspace cannot be written.
            Cancelled: ``cancel`` was set.
        """
        _stop_if(cancel)
        case_id = self._case(case)
        staged = self._session.workspace.originals.stage(path)
        try:
            with self._alone(staged.sha256):
                known, was_removed = recalled(self._session, staged.sha256)
                if known is not None:
                    # Where somebody took the original away or changed it, the true bytes are back now.
                    self._session.workspace.originals.keep(staged)
                    self._session.remember_passwords(staged.sha256, passwords)
                    self._assign(known.id, case_id)
                    return Added(known.id, was_known=True, was_removed=was_removed)
                return Added(
                    self._scan_and_record(staged, case_id, passwords, progress, cancel), was_known=False
                )
        finally:
            self._session.workspace.originals.discard(staged)  # nothing left to do once it was kept

    def expect(self, path: Path) -> None:
        """:meth:`begin` is called with this file in a moment: copy and open it meanwhile. Returns at once,
        and says nothing of what goes wrong: that is for ``begin``."""
        self._expecting.expect(path)

    def begin(
        self, path: Path, *, passwords: Sequence[str] = (), cancel: threading.Event | None = None,
        arrived: Callable[[str], object] | None = None, is_shown: bool = False,
    ) -> Added:
        """Take a file in and know its pages, so that it can be shown; :meth:`finish` scans and records it.

        It can be shown, and ``arrived`` is called with its id, as soon as the sizes of its first pages are
        known: the others follow, and a large file is copied only then. Blocks for as long as that takes; call
        it from a job. Nothing of it is recorded yet: a run that ends here leaves nothing behind.

        Args:
            path, passwords, cancel: as for :meth:`add`.
            arrived: called with its id when it can be shown.
            is_shown: it then is: its first page is drawn before the sizes of the others are looked for.

        Returns:
            The document that holds these bytes: another one than ``arrived`` was told when a large file
            turned out to be known already.

        Raises:
            InputRefused, EnvironmentProblem, Cancelled: as for :meth:`add`; nothing is left of the file.
        """
        _stop_if(cancel)
        originals = self._session.workspace.originals
        source, state = path, file_state(path)
        staged: Staged | None = None
        if state is None or state[1] <= WHOLE_BYTES:
            staged = self._expecting.take(path, state) or originals.stage(path)
            known = self._known(staged, passwords)
            if known is not None:
                return known
            source, state = staged.path, state_of(staged.path)
        coming = new_id("doc")
        try:
            self._look(coming, source, path.name, state, passwords, staged, cancel, arrived, is_shown)
            if staged is None:
                staged = self._copy(coming, path, state, cancel)
                known = self._known(staged, passwords, besides=coming)
                if known is not None:
                    self.drop(coming)
                    return known
                if not self._session.incoming.copied(coming, staged):
                    raise Cancelled("Stopped")
            elif self._session.incoming.document(coming) is None:
                raise Cancelled("Stopped")  # somebody saw it, and did not want it, while it was measured
        except BaseException:
            self.drop(coming)
            if staged is not None:
                originals.discard(staged)
            raise
        return Added(coming, was_known=False)

    def _look(
        self, document_id: str, source: Path, name: str, state: State, passwords: Sequence[str],
        staged: Staged | None, cancel: threading.Event | None, arrived: Callable[[str], object] | None,
        is_shown: bool,
    ) -> None:
        """Have a child say what the file is and how large its pages are; register it with the first."""
        incoming = self._session.incoming
        is_there = False

        def on_sizes(values: Mapping[str, Any]) -> None:
            nonlocal is_there
            count, sizes = int(values["page_count"]), values["sizes"]
            if is_there:
                incoming.measured(document_id, count, sizes)
                return
            is_there = True
            incoming.add(
                document_id, source, shown_name(name) if staged is None else staged.name, state=state,
                media_type=str(values["media_type"]), page_count=count, sizes=sizes, passwords=passwords,
                staged=staged,
            )
            if arrived is not None:
                arrived(document_id)

        params = look_params(source, name if staged is None else staged.name, state, passwords)
        if is_shown or not self._looks.pids:
            # The child that will draw it says what the first page needs. The one that looks at all the others
            # begins when that page is there, not in its way; at the start of the program it only starts then.
            first = self._images.first_sizes(params, cancel)
            if first is not None:
                on_sizes(first)
                if len(first["sizes"]) == int(first["page_count"]):
                    return
                self._images.wait_for_first()
        try:
            answer = self._looks.ask(
                "pages", params, on_part=on_sizes, cancel=cancel, timeout_s=OPEN_TIMEOUT_S)
        except ReviewError:
            if is_there and incoming.document(document_id) is None:
                raise Cancelled("Stopped") from None  # not wanted any more, and its copy was gone
            raise
        on_sizes(answer.values)

    def _copy(
        self, document_id: str, path: Path, state: State, cancel: threading.Event | None
    ) -> Staged:
        """The copy of a file that is looked at already: of the very bytes that are shown.

        Raises:
            InputRefused: it changed meanwhile.
            Cancelled: stopped, or nobody wants the document any more.
        """
        incoming = self._session.incoming

        def on_bytes(_: int) -> None:
            _stop_if(cancel)
            if incoming.document(document_id) is None:
                raise Cancelled("Stopped")

        staged = self._session.workspace.originals.stage(path, on_bytes=on_bytes)
        if file_state(path) != state:
            self._session.workspace.originals.discard(staged)
            raise InputRefused(
                f"{isolated(path)} changed while it was read",
                why="what was shown of it is neither the old nor the new file",
                todo="Wait until it is complete and add it again",
            )
        self._session.seals.vouch(staged.path, staged.sha256)
        return staged

    def _known(self, staged: Staged, passwords: Sequence[str], besides: str = "") -> Added | None:
        """The document with these bytes that is recorded or on its way; the copy is then done with."""
        originals = self._session.workspace.originals
        recorded, was_removed = recalled(self._session, staged.sha256)
        if recorded is not None:
            try:
                originals.keep(staged)
            finally:
                originals.discard(staged)
            self._session.remember_passwords(staged.sha256, passwords)
            return Added(recorded.id, was_known=True, was_removed=was_removed)
        coming = self._session.incoming.with_sha(staged.sha256)
        if coming is not None and coming != besides:
            originals.discard(staged)
            return Added(coming, was_known=True)
        return None

    def finish(
        self, document_id: str, *, progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Added:
        """Scan and record what :meth:`begin` took in: the pages on screen first. Blocks; call it from a job.

        When the scan fails the document stays in the register of what comes in, with the reason, and this
        may be called again. When it is cancelled or cannot be recorded it is taken out.

        Raises:
            RuleBroken: it is not on its way (any more).
            InputRefused, EnvironmentProblem, Cancelled: as for :meth:`add`.
        """
        incoming = self._session.incoming
        entry = incoming.entry(document_id)

        def on_progress(news: Progress) -> None:
            incoming.advance(document_id, news.done, news.total)
            if progress is not None:
                progress(news)

        staged = entry.staged
        if staged is None:
            raise RuleBroken("The document is still being copied", todo="Wait a moment")
        with self._alone(staged.sha256):
            known = self._session.workspace.queries.document_by_sha(staged.sha256)
            if known is not None:  # another way was quicker
                self.drop(document_id)
                return Added(known.id, was_known=True)
            incoming.begin(document_id)
            try:
                scanned = self._scan(staged, entry.passwords, on_progress, cancel,
                                     _Watcher(incoming, document_id))
                _stop_if(cancel)
            except Cancelled:
                self.drop(document_id)
                raise
            except ReviewError as error:
                incoming.fail(document_id, error)
                raise
            try:
                self._keep(document_id, staged, None, entry.passwords, scanned)
            except ReviewError:
                self.drop(document_id)
                raise
        return Added(document_id, was_known=False)

    def drop(self, document_id: str) -> None:
        """Nobody wants this document any more: it leaves the register, and its copy the workspace."""
        entry = self._session.incoming.remove(document_id)
        if entry is not None:
            if entry.staged is not None:
                self._session.workspace.originals.discard(entry.staged)
            self._session.tell(Changes(incoming=frozenset({document_id})))

    def close(self) -> None:
        """Drop what is still on its way; for the end of the program."""
        self._expecting.close()
        for row in self._session.incoming.documents():
            entry = self._session.incoming.remove(row.id)
            if entry is not None and entry.staged is not None:
                self._session.workspace.originals.discard(entry.staged)

    def _scan_and_record(
        self, staged: Staged, case_id: str | None, passwords: Sequence[str],
        progress: Callable[[Progress], None] | None, cancel: threading.Event | None,
    ) -> str:
        scanned = self._scan(staged, passwords, progress, cancel)
        _stop_if(cancel)
        document_id = new_id("doc")
        self._keep(document_id, staged, case_id, passwords, scanned)
        return document_id

    def _scan(
        self, staged: Staged, passwords: Sequence[str], progress: Callable[[Progress], None] | None,
        cancel: threading.Event | None, watcher: Watcher | None = None,
    ) -> Scanned:
        params = scan_params(
            str(staged.path), staged.name, passwords, in_place=True, options=self._session.what_is_known()
        )
        return ask_scan(self._pool, params, progress=progress, cancel=cancel, watcher=watcher)

    def _keep(
        self, document_id: str, staged: Staged, case_id: str | None, passwords: Sequence[str],
        scanned: Scanned,
    ) -> None:
        """Keep the original, record all, and tell the views: from here on the document counts."""
        self._session.workspace.originals.keep(staged)
        self._session.remember_passwords(staged.sha256, passwords)
        try:
            self._record(document_id, staged, case_id, scanned.result, scanned.texts)
        except ReviewError:
            self._abandon(document_id, staged)
            raise
        self._session.incoming.remove(document_id)
        ids = frozenset({document_id})
        self._session.tell(Changes(documents=ids, spans=ids, record=ids, incoming=ids, log=True))

    def _record(
        self, document_id: str, staged: Staged, case_id: str | None, result: ScanResult,
        texts: Mapping[int, str],
    ) -> None:
        """One transaction a page; the document counts once the last one is in."""
        group = new_id("in")
        incoming: Row = {
            "id": document_id, "case_id": case_id, "sha256": staged.sha256, "name": staged.name,
            "media_type": result.media_type, "page_count": result.page_count,
            "disposition": str(result.disposition), "state": "incoming",
            "warnings": dumps(list(result.warnings)), "added_at": now(),
        }
        commit = self._session.commit
        commit("document.added", [Change("documents", document_id, None, incoming)], Changes(),
               group=group, durable=False, quiet=True)
        for page in result.pages:
            row = page_row(document_id, page)
            changes = [Change("pages", str(row["id"]), None, row)]
            for span in result.spans:
                if span.page == page.number:
                    span_id = new_id("sp")
                    changes.append(Change("spans", span_id, None, span_row(
                        document_id, span, span_id=span_id, author=MACHINE, at=now())))
                    for position, reading in enumerate(span.codes):
                        code = code_row(span_id, position, reading)
                        changes.append(Change("span_codes", str(code["id"]), None, code))
            commit("document.page", changes, Changes(), actor=MACHINE, group=group, durable=False, quiet=True)
        self._session.workspace.index.add_all(
            document_id, {page.number: texts.get(page.number, "") for page in result.pages})
        rows = [record_row(document_id, reading) for reading in result.record]
        commit("document.recorded", [
            *(Change("record_fields", str(row["id"]), None, row) for row in rows),
            Change("documents", document_id, incoming, {**incoming, "state": "ready"}),
        ], Changes(), actor=MACHINE, group=group, quiet=True)

    def _abandon(self, document_id: str, staged: Staged) -> None:
        """Take back what was written of a document that could not be recorded whole."""
        self._session.workspace.abandon(document_id)
        self._session.workspace.originals.drop(staged.sha256)

    def _case(self, number: str | None) -> str | None:
        if number is None or not number.strip():
            return None
        with self._opening:  # two jobs of one batch must not both open the case
            found = self._session.workspace.queries.case_by_number(number.strip())
            if found is not None:
                return found.id
            case_id = new_id("case")
            row: Row = {"id": case_id, "number": number.strip(), "title": "", "opened_at": now()}
            self._session.commit("case.opened", [Change("cases", case_id, None, row)],
                                 Changes(cases=frozenset({case_id})))
            return case_id

    def _assign(self, document_id: str, case_id: str | None) -> None:
        before = self._session.row("documents", document_id)
        if case_id is not None and before["case_id"] != case_id:
            self._session.commit(
                "document.assigned",
                [Change("documents", document_id, before, {**before, "case_id": case_id})],
                Changes(documents=frozenset({document_id})),
            )

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        """Two jobs with the same bytes wait for each other, so that they are recorded once."""
        with self._arrived:
            while sha256 in self._coming_in:
                self._arrived.wait()
            self._coming_in.add(sha256)
        try:
            yield
        finally:
            with self._arrived:
                self._coming_in.discard(sha256)
                self._arrived.notify_all()


def _stop_if(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("Stopped")
