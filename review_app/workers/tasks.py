"""What a child can do: the tasks by name, on engine and detection. Imported in children only."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from review_app.detection import raster
from review_app.detection import scan as detection
from review_app.detection.dark_areas import without_covered
from review_app.domain.content import PageContent
from review_app.domain.errors import EnvironmentProblem, InputRefused, UsageError
from review_app.domain.findings import PageInfo, Recoverable, ScanResult, SpanFinding
from review_app.domain.geometry import Rect, same_place
from review_app.domain.sheet import ReviewSheet
from review_app.domain.vocabulary import Disposition
from review_app.engine import annotate, documents, render
from review_app.workers.packed import packed

Part = Callable[[dict[str, Any]], None]
ProgressTo = Callable[[int, int], None]
Result = tuple[dict[str, Any], bytes]

TEXT_CHUNK = 1_000_000
"""Characters of page text in one part. A page with more comes in several parts of the same number."""

OPEN_BYTES = 256 * 1024 * 1024
"""Size of the files a child keeps open together: the engine holds a file in memory, and memory is limited."""


@dataclass(frozen=True, slots=True)
class Request:
    """A task's parameters and its ways to say something before it is done."""

    params: dict[str, Any]
    part: Part
    progress: ProgressTo

    @property
    def path(self) -> Path:
        """The document's file."""
        return Path(str(self.params["path"]))

    @property
    def name(self) -> str:
        """The name to show and to judge the type by: the file's own when none was given."""
        return str(self.params.get("name") or self.path.name)

    @property
    def passwords(self) -> tuple[str, ...]:
        """Passwords to try."""
        return tuple(str(p) for p in self.params.get("passwords") or ())

    def must_be(self, document: documents.Document) -> None:
        """The bytes of a document are those that were recorded, where the request says which (``sha256``).

        Raises:
            EnvironmentProblem: they are not; nothing may be shown or made of them under the old name.
        """
        wanted = self.params.get("sha256")
        if wanted and wanted != document.sha256:
            raise EnvironmentProblem(
                "The file was changed or exchanged since it was first read",
                why="what is made of it now would pass for that document",
                todo="Restore it from a backup, or add the true file again",
            )


class Desk:
    """The documents this child holds open, least recently used last; and the tasks."""

    def __init__(self, capacity: int) -> None:
        self._capacity = max(1, capacity)
        self._open: OrderedDict[tuple[Any, ...], documents.Document] = OrderedDict()

    def do(self, task: str, params: dict[str, Any], *, part: Part, progress: ProgressTo) -> Result:
        """Do a task.

        Raises:
            UsageError: there is no such task.
            ReviewError: what the task raises.
        """
        work = _TASKS.get(task)
        if work is None:
            raise UsageError(f"There is no task {task!r}")
        return work(self, Request(params, part, progress))

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
        # The passwords belong to the key: having once opened a file lets nobody in without one.
        key = (
            os.fspath(request.path), state.st_mtime_ns, state.st_size, state.st_ino,
            request.name, request.passwords,
        )
        found = self._open.get(key)
        if found is None:
            for other in [k for k in self._open if k[0] == key[0] and k[1:4] != key[1:4]]:
                self._open.pop(other).close()
            found = documents.open_document(request.path, passwords=request.passwords, name=request.name)
            self._open[key] = found
        self._open.move_to_end(key)
        request.must_be(found)
        while len(self._open) > 1 and (len(self._open) > self._capacity or self._bytes() > OPEN_BYTES):
            self._open.popitem(last=False)[1].close()
        return found

    def _bytes(self) -> int:
        return sum(int(key[2]) for key in self._open)

    def close(self) -> None:
        """Close all documents."""
        while self._open:
            self._open.popitem()[1].close()


def _ping(desk: Desk, request: Request) -> Result:
    return {"pid": os.getpid()}, b""


def _scan(desk: Desk, request: Request) -> Result:
    document = desk.document(request)
    pages = list(range(1, document.page_count + 1))
    contents: list[PageContent] = []
    covered: dict[int, tuple[Rect, ...]] = {}
    looks: dict[int, tuple[raster.Candidate, ...]] = {}
    for number in pages:
        content, places = without_covered(document.content(number))
        contents.append(packed(content))
        if places:
            covered[number] = places
        if raster.is_scan(content) and not content.is_review_sheet:
            picture = render.tones(document, number)
            if picture is not None:
                looks[number] = raster.look(content, *picture)
        request.progress(number, len(pages))
    searched = [content for content in contents if not content.is_review_sheet]
    findings = detection.document(searched, looks=looks)
    dispositions = findings.dispositions or {}
    # Text goes out only now: what detection calls recoverable must not reach the search index.
    for content in contents:
        _send_page(request, content, findings.recoverable)
    own = annotate.read_own(document)
    spans = merged(findings.spans, own.spans if own is not None else ())
    result = ScanResult(
        file=request.name, sha256=document.sha256, media_type=document.media_type,
        pages=tuple(
            PageInfo(c.number, c.width, c.height, dispositions.get(c.number, Disposition.UNKNOWN))
            for c in contents
        ),
        spans=spans, record=findings.record, recoverable=findings.recoverable,
        warnings=(*document.warnings, *findings.warnings, *unread(searched), *_hidden(findings),
                  *_covered(covered, findings)),
    )
    return result.to_json(), b""


def _hidden(findings: detection.Findings) -> tuple[str, ...]:
    """A safety event in words: what was covered can still be read by anyone who has the file."""
    numbers = sorted({found.page for found in findings.recoverable})
    if not numbers:
        return ()
    count = sum(found.characters for found in findings.recoverable)
    pages = "page" if len(numbers) == 1 else "pages"
    return (
        f"{count} characters can be recovered under boxes on {pages} {_ranges(numbers)}: this file was "
        "covered, not redacted; do not pass it on",
    )


def _covered(covered: dict[int, tuple[Rect, ...]], findings: detection.Findings) -> tuple[str, ...]:
    """A warning for dark areas with words that no finding speaks of: whether they hide them is not known."""
    numbers = []
    for number, places in covered.items():
        judged = [rect for span in findings.spans if span.page == number for rect in span.rects]
        judged += [found.rect for found in findings.recoverable if found.page == number]
        if any(all(place.intersect(rect).is_empty for rect in judged) for place in places):
            numbers.append(number)
    if not numbers:
        return ()
    pages = f"page {_ranges(numbers)}" if len(numbers) == 1 else f"pages {_ranges(numbers)}"
    return (
        f"text lies on or under dark areas on {pages}: it may be withheld, so it was neither read nor made "
        "searchable; look there yourself",
    )


def unread(contents: Sequence[PageContent]) -> tuple[str, ...]:
    """A warning that names the pages on which something is drawn but no text can be read.

    Finding nothing on such a page says nothing about what was withheld there.
    """
    numbers = [c.number for c in contents if not c.has_text and (c.images or c.drawings)]
    if not numbers:
        return ()
    return (
        f"no text layer on page {_ranges(numbers)}: nothing was read there; look at the page itself"
        if len(numbers) == 1 else
        f"no text layer on pages {_ranges(numbers)}: nothing was read there; look at the pages themselves",
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as ``1-3, 7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else str(p[0]) for p in parts)


def _send_page(request: Request, content: PageContent, recoverable: Sequence[Recoverable]) -> None:
    text = released_text(content, [r.rect for r in recoverable if r.page == content.number])
    for start in range(0, max(1, len(text)), TEXT_CHUNK):
        request.part({
            "page": content.number, "width": round(content.width, 2), "height": round(content.height, 2),
            "text": text[start : start + TEXT_CHUNK],
        })


def released_text(content: PageContent, hidden: Sequence[Rect]) -> str:
    """The page's text for the search index: without words that touch a rectangle of recoverable text.

    A review sheet is ours, not the document's: it has none.
    """
    if content.is_review_sheet:
        return ""
    if not hidden:
        return content.text
    lines = []
    for line in content.lines:
        if not any(not line.rect.intersect(rect).is_empty for rect in hidden):
            lines.append(line.text)
            continue
        words = [w.text for w in line.words if all(w.rect.intersect(rect).is_empty for rect in hidden)]
        lines.append(" ".join(words))
    return "\n".join(lines)


def merged(found: Sequence[SpanFinding], own: Sequence[SpanFinding]) -> tuple[SpanFinding, ...]:
    """Spans read from our own annotations, and those found that are not among them by place.

    Sorted by page, then from top to bottom. Ids stay where they can: a found span whose id is taken gets the
    next free ``s`` number.
    """
    taken = {span.id for span in own}
    extra: list[SpanFinding] = []
    number = 0
    for span in found:
        if any(mark.page == span.page and same_place(mark.rects, span.rects) for mark in own):
            continue
        identity = span.id
        while not identity or identity in taken:
            number += 1
            identity = f"s{number}"
        taken.add(identity)
        extra.append(span if identity == span.id else replace(span, id=identity))
    return tuple(sorted([*own, *extra], key=_place))


def _place(span: SpanFinding) -> tuple[int, float, float]:
    first = span.rects[0] if span.rects else Rect(0, 0, 0, 0)
    return span.page, first.y0, first.x0


def _pages(desk: Desk, request: Request) -> Result:
    document = desk.document(request)
    sizes = [[round(v, 2) for v in document.size(n)] for n in range(1, document.page_count + 1)]
    return {"media_type": document.media_type, "sizes": sizes, "sha256": document.sha256}, b""


def _render(desk: Desk, request: Request) -> Result:
    document = desk.document(request)
    number, scale = _page_number(document, request), float(request.params["scale"])
    clip = Rect.of(request.params["clip"]) if request.params.get("clip") else None
    pixels = render.render(document, number, scale, clip)
    return {"width": pixels.width, "height": pixels.height, "stride": pixels.stride}, pixels.data


def _words(desk: Desk, request: Request) -> Result:
    """The words of a page that people can read: what a box hides must not be found or copied."""
    document = desk.document(request)
    content, _ = without_covered(document.content(_page_number(document, request)))
    hidden = [found.rect for found in detection.document([content]).recoverable]
    words = [
        [*word.rect.as_list(), word.text] for line in content.lines for word in line.words
        if all(word.rect.intersect(rect).is_empty for rect in hidden)
    ]
    return {"words": words}, b""


def _annotate(desk: Desk, request: Request) -> Result:
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
    own = annotate.read_own(desk.document(request))
    if own is None or own.anchor is None or own.anchor.head is None:
        return {"anchor": None}, b""  # not our copy, or made where no workspace was involved
    head = own.anchor.head
    return {
        "anchor": {"seq": head.seq, "hash": head.hash, "document_sha256": own.anchor.document_sha256},
    }, b""


def _page_number(document: documents.Document, request: Request) -> int:
    number = int(request.params["page"])
    if not 1 <= number <= document.page_count:
        raise UsageError(f"There is no page {number}: the document has {document.page_count}")
    return number


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_TASKS: dict[str, Callable[[Desk, Request], Result]] = {
    "ping": _ping, "scan": _scan, "pages": _pages, "render": _render, "words": _words,
    "annotate": _annotate, "anchor": _anchor,
}
