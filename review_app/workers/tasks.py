"""What a child can do: the tasks by name, on engine and detection. Imported in children only.

What a task alone needs is loaded when it is first asked for: a child that is to draw a page, in place of one
that a page has just ended, is up in half the time.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review_app.domain.errors import InputRefused, UsageError
from review_app.domain.geometry import Rect
from review_app.engine import documents, render
from review_app.workers.request import Begin, Part, Prefer, ProgressTo, Request, Result, Room

if TYPE_CHECKING:
    from review_app.workers.page_words import PageWords

OPEN_BYTES = 256 * 1024 * 1024
"""Size of the files a child keeps open together: the engine holds a file in memory, and memory is limited."""

FIRST_PAGES = 16
"""Pages whose sizes are told before the others are looked at."""

SIZES_EVERY_S = 0.3
"""How often the sizes known so far are told, in seconds."""


class Desk:
    """The documents this child holds open, least recently used last; and the tasks."""

    def __init__(self, capacity: int) -> None:
        self._capacity = max(1, capacity)
        self._open: OrderedDict[tuple[Any, ...], documents.Document] = OrderedDict()
        self._words: PageWords | None = None

    @property
    def words(self) -> PageWords:
        """Reads the words of pages, and keeps those read last."""
        if self._words is None:
            from review_app.workers.page_words import PageWords

            self._words = PageWords()
        return self._words

    def do(
        self, task: str, params: dict[str, Any], *, part: Part, progress: ProgressTo, prefer: Prefer = tuple,
        begin: Begin = lambda page: None, room: Room = lambda size: None,
    ) -> Result:
        """Do a task.

        Raises:
            UsageError: there is no such task.
            ReviewError: what the task raises.
        """
        work = _TASKS.get(task)
        if work is None:
            raise UsageError(f"There is no task {task!r}")
        return work(self, Request(params, part, progress, prefer, begin, room))

    def document(self, request: Request) -> documents.Document:
        """The document of a request, from the open ones if the file is still the same. Stays the desk's.

        Raises:
            InputRefused, PasswordNeeded: it cannot be opened.
            EnvironmentProblem: it is not the file it should be.
        """
        try:
            state = request.path.stat()
        except OSError:
            # The engine says in its own words what is wrong; if all is well again, the file has changed.
            documents.open_document(request.path, passwords=request.passwords, name=request.name).close()
            raise InputRefused("The file changed while it was read", todo="Try again") from None
        request.must_be_in_state(state)
        # The passwords belong to the key: having once opened a file lets nobody in without one.
        key = (
            os.fspath(request.path), state.st_mtime_ns, state.st_size, state.st_ino,
            request.name, request.passwords, request.is_in_place,
        )
        found = self._open.get(key)
        if found is None:
            for other in [k for k in self._open if k[0] == key[0] and k[1:4] != key[1:4]]:
                self._open.pop(other).close()
            found = documents.open_document(
                request.path, passwords=request.passwords, name=request.name, in_place=request.is_in_place,
            )
            self._open[key] = found
        self._open.move_to_end(key)
        request.must_be(found)
        while len(self._open) > 1 and (len(self._open) > self._capacity or self._bytes() > OPEN_BYTES):
            self._open.popitem(last=False)[1].close()
        return found

    def _bytes(self) -> int:
        return sum(document.bytes_held for document in self._open.values())

    def close(self) -> None:
        """Close all documents."""
        while self._open:
            self._open.popitem()[1].close()


def _ping(desk: Desk, request: Request) -> Result:
    return {"pid": os.getpid()}, b""


def _scan(desk: Desk, request: Request) -> Result:
    from review_app.workers import scanning

    return scanning.scan(desk.document(request), request).to_json(), b""


def _stamps(desk: Desk, request: Request) -> Result:
    """The stamp families that a scan with these parameters reads, and the files it cannot use."""
    from review_app.detection.office import Office, load

    own, broken = load([Path(str(folder)) for folder in request.params.get("stamp_folders") or ()])
    return {
        "families": [family.name for family in Office((), own).all_families()],
        "own": [family.name for family in own],
        "broken": [[one.name, one.reason] for one in broken],
    }, b""


def _open(desk: Desk, request: Request) -> Result:
    """Open a document, so that what is asked of it next need not wait for that."""
    document = desk.document(request)
    if document.page_count:
        document.quick_size(1)
    return {"page_count": document.page_count}, b""


def _first_pages(desk: Desk, request: Request) -> Result:
    """How many pages there are, and the sizes of the first of them."""
    document = desk.document(request)
    return _sizes(document, min(document.page_count, FIRST_PAGES)), b""


def _pages(desk: Desk, request: Request) -> Result:
    """The sizes of all pages. Those of the first go out at once, so that they can be shown; then so many as
    there are, a few times a second."""
    document = desk.document(request)
    told = _sizes(document, 0)
    due = 0.0
    for number in range(1, document.page_count + 1):
        told["sizes"].append(_size(document, number))
        if number == FIRST_PAGES or (number % FIRST_PAGES == 0 and time.monotonic() >= due):
            request.part(told)
            due = time.monotonic() + SIZES_EVERY_S
    return told, b""


def _sizes(document: documents.Document, count: int) -> dict[str, Any]:
    return {
        "media_type": document.media_type, "page_count": document.page_count,
        "sizes": [_size(document, number) for number in range(1, count + 1)],
    }


def _size(document: documents.Document, number: int) -> list[float]:
    return [round(length, 2) for length in document.quick_size(number)]


def _outline(desk: Desk, request: Request) -> Result:
    """Bookmarks and page labels, within the limits of their reader."""
    from review_app.engine import outline

    document = desk.document(request)
    return {**outline.read(document).to_json(), "page_count": document.page_count}, b""


def _render(desk: Desk, request: Request) -> Result:
    document = desk.document(request)
    number, scale = _page_number(document, request), float(request.params["scale"])
    clip = Rect.of(request.params["clip"]) if request.params.get("clip") else None
    part = request.params.get("part")
    pixels = render.render(
        document, number, scale, clip, part=tuple(int(edge) for edge in part) if part else None,
        turn=int(request.params.get("turn") or 0), next_scale=float(request.params.get("next_scale") or 0.0),
        room=request.room,
    )
    return {"width": pixels.width, "height": pixels.height, "stride": pixels.stride}, pixels.data


def _words(desk: Desk, request: Request) -> Result:
    """The words of a page that people can read: what a box hides must not be found or copied."""
    document = desk.document(request)
    number = _page_number(document, request)
    found = desk.words.of(document, number, request.ocr)
    words = [[*word.rect.as_list(), word.text, line] for line, word in found]
    if request.params.get("letters"):
        from review_app.engine import letters

        places = letters.edges(document, number, [word for _, word in found])
        words = [[*row, edges] for row, edges in zip(words, places, strict=True)]
    return {"words": words}, b""


def _annotate(desk: Desk, request: Request) -> Result:
    from review_app.domain.findings import SpanFinding
    from review_app.domain.sheet import ReviewSheet
    from review_app.engine import annotate

    out = Path(str(request.params["out"]))
    spans = [SpanFinding.of(value) for value in request.params["spans"]]
    sheet = ReviewSheet.of(request.params["sheet"]) if request.params.get("sheet") else None
    # Never the document that other tasks have open: writing may change it in memory.
    with documents.open_document(request.path, passwords=request.passwords, name=request.name) as document:
        request.must_be(document)
        annotate.write(document, spans, sheet, out, sheet_pages=bool(request.params.get("sheet_pages", True)))
    # What was encrypted stays so, with the same passwords.
    with documents.open_document(out, passwords=request.passwords, name=out.name) as written:
        count = written.page_count
    return {"sha256": _digest(out), "page_count": count}, b""


def _anchor(desk: Desk, request: Request) -> Result:
    from review_app.engine import annotate

    own = annotate.read_own(desk.document(request))
    if own is None or own.anchor is None or own.anchor.head is None:
        return {"anchor": None}, b""  # not our copy, or made where no workspace was involved
    head = own.anchor.head
    return {
        "anchor": {"seq": head.seq, "hash": head.hash, "document_sha256": own.anchor.document_sha256},
    }, b""


def _verify(desk: Desk, request: Request) -> Result:
    """The attack on a finished file; with ``original`` and ``marks``, on a release copy."""
    from review_app.workers import verifying

    if request.params.get("original"):
        return verifying.release(request).to_json(), b""
    return verifying.alone(desk.document(request), request).to_json(), b""


def _redact(desk: Desk, request: Request) -> Result:
    """A release copy, written but not verified: that is another child's part."""
    from review_app.workers import releasing

    return releasing.release(request), b""


def _plan(desk: Desk, request: Request) -> Result:
    """What a release copy would remove, in words, and what its gaps would give away, in figures."""
    from review_app.workers import planning

    return planning.plan(desk.document(request), request), b""


def _seek(desk: Desk, request: Request) -> Result:
    """Expressions over texts; no document is opened."""
    from review_app.workers import seeking

    return seeking.seek(request.params), b""


def _ocr(desk: Desk, request: Request) -> Result:
    """Which engines there are; refused when the one that was chosen cannot be used."""
    from review_app.engine import ocr

    settings = request.ocr
    if request.params.get("check"):
        ocr.recogniser(settings)
    return {"engines": ocr.engines(settings)}, b""


def _page_number(document: documents.Document, request: Request) -> int:
    number = int(request.params["page"])
    if not 1 <= number <= document.page_count:
        raise UsageError(f"There is no page {number}: the document has {document.page_count}")
    return number


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_TASKS: dict[str, Callable[[Desk, Request], Result]] = {
    "ping": _ping, "seek": _seek, "scan": _scan, "stamps": _stamps, "open": _open, "pages": _pages,
    "first_pages": _first_pages, "render": _render, "words": _words, "annotate": _annotate,
    "anchor": _anchor, "ocr": _ocr,
    "verify": _verify,
    "redact": _redact, "plan": _plan, "outline": _outline,
}
