"""The desk: opens a workspace, owns the store and the workers, hands out the use cases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from review_app.domain import crosscheck
from review_app.domain.errors import EnvironmentProblem, WorkspaceLocked
from review_app.domain.ocr import OcrSettings
from review_app.domain.people import READS_ONLY, Role
from review_app.domain.rows import CaseRow, DocumentRow, PageRow, RecordRow, SpanRow
from review_app.review import recognition
from review_app.review.changes import Changes
from review_app.review.decisions import Decisions
from review_app.review.dispositions import Dispositions
from review_app.review.filing import Filing
from review_app.review.history import History
from review_app.review.intake import Intake
from review_app.review.log import Log
from review_app.review.marking import Marking
from review_app.review.outgoing import finish, sweep
from review_app.review.page_images import PageImages
from review_app.review.people import People
from review_app.review.places import default_tessdata
from review_app.review.record import RecordFields
from review_app.review.session import Session
from review_app.store.workspace import Workspace
from review_app.workers.pool import Pool

if TYPE_CHECKING:
    from review_app.review.acts import Acts
    from review_app.review.exporting import Exporting
    from review_app.review.outlines import Outlines
    from review_app.review.overview import Overviews
    from review_app.review.printing import Printing
    from review_app.review.proposals import Proposals
    from review_app.review.release_copies import ReleaseCopies
    from review_app.review.rescan import Rescanning
    from review_app.review.search import Search
    from review_app.review.second_look import SecondLook
    from review_app.review.seeking import Seeking

READ_ONLY = "This workspace is opened read-only."
AUDITOR = "This workspace is opened read-only, for an auditor."


class Desk:
    """One open workspace and everything a reviewer can do in it.

    The use cases may be called from any thread; each change is one transaction. Callbacks given to
    :meth:`subscribe` run on the thread that made the change.
    """

    def __init__(
        self, workspace: Workspace, actor: str, *, jobs: int = 2, ocr: OcrSettings | None = None
    ) -> None:
        self._workspace = workspace
        self.read_only_because = ""
        """Why nothing can be changed in this workspace, for people; empty when it can."""
        # Children are started before anything slow is imported, so that they come up beside it.
        self._background = Pool(max(1, jobs))
        self._interactive = Pool(2)  # one for the page on screen, one for all else and as its spare
        self._arriving = Pool(1)  # opens files that come in: what is looked at never waits for them
        self._session = Session(workspace, actor, ocr)
        self.page_images = PageImages(self._session, self._interactive)
        self.intake = Intake(self._session, self._background, self._arriving, self.page_images)
        self.incoming = self._session.incoming
        self.marking = Marking(self._session)
        self.filing = Filing(self._session)
        self.decisions = Decisions(self._session)
        self.record_fields = RecordFields(self._session)
        self.dispositions = Dispositions(self._session)
        self.history = History(self._session)
        self.log = Log(self._session)
        self.people = People(self._session)
        self._searching = Pool(1)  # started by the first search for an expression
        self._closing = threading.Lock()
        self._closed = False

    # Loaded when they are first wanted: together they take a third of the time until there is a window.

    @cached_property
    def rescanning(self) -> Rescanning:
        """Scanning documents again."""
        from review_app.review.rescan import Rescanning

        return Rescanning(self._session, self._background)

    @cached_property
    def proposals(self) -> Proposals:
        """What goes between two people."""
        from review_app.review.proposals import Proposals

        return Proposals(self._session)

    @cached_property
    def second_look(self) -> SecondLook:
        """A blind second look on a sample of pages."""
        from review_app.review.second_look import SecondLook

        return SecondLook(self._session)

    @cached_property
    def search(self) -> Search:
        """Words in released text."""
        from review_app.review.search import Search

        return Search(self._session)

    @cached_property
    def acts(self) -> Acts:
        """What is done to single files."""
        from review_app.review.acts import Acts

        return Acts(self._session)

    @cached_property
    def exporting(self) -> Exporting:
        """Annotated copies."""
        from review_app.review.exporting import Exporting

        return Exporting(self._session, self._background)

    @cached_property
    def releases(self) -> ReleaseCopies:
        """Release copies."""
        from review_app.review.release_copies import ReleaseCopies

        return ReleaseCopies(self._session)

    @cached_property
    def printing(self) -> Printing:
        """Pages for paper."""
        from review_app.review.printing import Printing

        return Printing(self._session, self._background)

    @cached_property
    def outlines(self) -> Outlines:
        """Bookmarks and names of pages."""
        from review_app.review.outlines import Outlines

        return Outlines(self._session, self._interactive)

    @cached_property
    def seeking(self) -> Seeking:
        """Search and mark."""
        from review_app.review.seeking import Seeking

        return Seeking(self._session, self.marking, self.page_images, self._searching)

    @classmethod
    def open(
        cls, folder: Path, actor: str, *, read_only: bool = False, jobs: int = 2,
        ocr: OcrSettings | None = None, role: Role | None = None, falls_back: bool = False,
    ) -> Desk:
        """Open a workspace, making it when it is not there.

        Args:
            folder: where it is.
            actor: who reviews.
            read_only: look only.
            jobs: documents at a time.
            ocr: how pages without a usable text layer are read; None for the default.
            role: what the reviewer works as; None for what it was last. An auditor only looks.
            falls_back: look only, instead of an error, where the folder is write-protected or another
                program works in it; ``read_only_because`` says so.

        Raises:
            EnvironmentProblem: locked by another process, from a newer version, not ours to write,
                or the disk is full.
        """
        because = READ_ONLY if read_only else ""
        if role in READS_ONLY:
            because = AUDITOR
        try:
            workspace = Workspace.open(folder, read_only=bool(because))
        except EnvironmentProblem as error:
            if not falls_back or because or not (folder / "review.db").is_file():
                raise
            workspace = _open_for_looking(folder, error)
            because = f"{error.what}."
            if isinstance(error, WorkspaceLocked):
                because += " Close the other program and open it again to work here."
        if not workspace.read_only:
            finish(workspace.queries.export_hashes())
            sweep(workspace.exports_folder)
        desk = cls(workspace, actor, jobs=jobs, ocr=ocr)
        desk.read_only_because = because
        try:
            found = role if role is not None else desk.people.stored_role()
            if found is not None and (found in READS_ONLY or not because):
                desk.people.take_role(found)
        except BaseException:
            desk.close()
            raise
        return desk

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children and close the workspace. Safe to call twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
        self.page_images.close()
        if "outlines" in vars(self):
            self.outlines.close()
        self._interactive.close()
        self._background.close()
        self._arriving.close()
        self._searching.close()
        self.intake.close()
        self._workspace.close()

    def hurry(self) -> None:
        """What this thread decides is kept, and not waited for, while another program writes to review.db:
        it raises :class:`StepWaits`, and :meth:`try_again` records it."""
        self._session.waiting.hurry()

    @property
    def step_waits(self) -> bool:
        """Whether a step is kept that is not recorded yet."""
        return self._session.waiting.step is not None

    def try_again(self) -> bool:
        """Record the step that waits; False while it has to wait on, True when none does.

        Raises:
            ReviewError: it is refused for another reason now, and is kept no longer.
        """
        return self._session.try_again()

    def use_ocr(self, ocr: OcrSettings) -> None:
        """Recognise text so from the next scan on; without a folder of language files, in the one that the
        environment names."""
        self._session.use_ocr(ocr if ocr.tessdata else replace(ocr, tessdata=default_tessdata()))

    def check_ocr(self) -> None:
        """See that the chosen way to recognise text can be gone; see :func:`recognition.check`."""
        recognition.check(self._background, self._session.ocr)

    def warm(self, files: Sequence[Path] = ()) -> None:
        """Start the child that shows the first page now, so that it comes up beside the window, and have it
        open the first of ``files``, which are added in a moment."""
        self._interactive.warm(1)
        if files and not self.read_only:
            self.intake.expect(files[0])

    def warm_rest(self) -> None:
        """Start the other children: what looks at new files, what scans, and the spare of the one that draws.
        Once there is a page to look at; until then they would only hold it up."""
        self._interactive.warm()
        self._arriving.warm()
        self._background.warm()

    @cached_property
    def overviews(self) -> Overviews:
        """Where the withholding is."""
        from review_app.review.overview import Overviews  # not needed to start

        return Overviews(self._session, self.dispositions)

    @property
    def actor(self) -> str:
        """The reviewer's name, as it goes into the log."""
        return self._session.actor

    @property
    def folder(self) -> Path:
        """The workspace folder."""
        return self._workspace.folder

    @property
    def exports_folder(self) -> Path:
        """Where exports go when no other place is named."""
        return self._workspace.exports_folder

    @property
    def read_only(self) -> bool:
        """True when nothing can be changed."""
        return self._workspace.read_only

    @property
    def scan_options(self) -> dict[str, object]:
        """How documents are scanned from now on: plain values that the task ``scan`` understands."""
        return self._session.scan_options

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call ``callback`` after every change; the returned function ends that."""
        return self._session.subscribe(callback)

    def cases(self) -> list[CaseRow]:
        """All cases, by number."""
        return self._workspace.queries.cases()

    def documents(self) -> list[DocumentRow]:
        """All documents that are completely recorded."""
        return self._workspace.queries.documents()

    def undecided_below(self, confidence: float) -> dict[str, int]:
        """Document id to how many of its undecided spans a limit of this confidence hides."""
        return self._workspace.queries.undecided_below(confidence)

    def document(self, document_id: str) -> DocumentRow | None:
        """One document, also one on its way in; None when it is not there (any more)."""
        return self._workspace.queries.document(document_id) or self.incoming.document(document_id)

    def pages(self, document_id: str) -> list[PageRow]:
        """The pages of a document, in order, also of one on its way in."""
        return self._workspace.queries.pages(document_id) or self.incoming.pages(document_id)

    def spans(self, document_id: str) -> list[SpanRow]:
        """The spans of a document, by page and place; of one on its way in, what was found so far."""
        if self.incoming.document(document_id) is not None:
            return self.incoming.spans(document_id)
        return self._workspace.queries.spans(document_id)

    def some_spans(self, document_id: str, span_ids: Iterable[str]) -> list[SpanRow]:
        """Those of these spans of a recorded document that are there, in no order."""
        return [s for s in self._workspace.queries.some_spans(span_ids) if s.document_id == document_id]

    def warnings(self, document_id: str) -> tuple[str, ...]:
        """What does not fit together in a document, as it stands after the decisions of its reviewers."""
        document = self.document(document_id)
        if document is None:
            return ()
        return crosscheck.again(document.warnings, self.spans(document_id), self.record(document_id))

    def record(self, document_id: str) -> list[RecordRow]:
        """The record fields of a document."""
        return self._workspace.queries.record(document_id)


def _open_for_looking(folder: Path, error: EnvironmentProblem) -> Workspace:
    """The workspace for reading, where writing was refused because of ``error``; that error where reading is
    refused too."""
    try:
        return Workspace.open(folder, read_only=True)
    except EnvironmentProblem:
        raise error from None
