"""Work on single files without a workspace: what ``scan`` and ``annotate`` do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from review_app import __version__
from review_app.domain.display import isolated
from review_app.domain.errors import ChildDied, InputRefused
from review_app.domain.findings import ScanResult, SpanFinding
from review_app.domain.ocr import OcrSettings
from review_app.domain.rows import LogHead
from review_app.domain.sheet import ReviewSheet
from review_app.domain.values import dataclass
from review_app.domain.verification import Verification
from review_app.review import recognition
from review_app.review.forms import now
from review_app.review.outgoing import outgoing
from review_app.review.places import default_tessdata
from review_app.review.scan_request import PAGE_TIMEOUT_S, SCAN_TIMEOUT_S, scan_params, scan_result
from review_app.workers.pool import Pool

VERIFY_TIMEOUT_S = 3600.0
"""Longest time to check one file, in seconds: ten thousand scanned pages."""

MAX_MARKS_BYTES = 64 * 1024 * 1024
"""Largest marks file that is read, in bytes: 20,000 marks need less than a tenth of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A written copy: its SHA-256, that of the original, and how many spans are marked on it."""

    sha256: str
    original_sha256: str
    spans: int


@dataclass(frozen=True, slots=True)
class StampFamilies:
    """Names of all families, of the office's own among them, and its broken files with the reason."""

    names: tuple[str, ...]
    own: tuple[str, ...]
    broken: tuple[tuple[str, str], ...]


class Standalone:
    """A pool of children and nothing else."""

    def __init__(
        self, jobs: int = 1, *, scan_options: Mapping[str, Any] | None = None, ocr: OcrSettings | None = None
    ) -> None:
        self._pool = Pool(max(1, jobs))
        self._ocr = OcrSettings(tessdata=default_tessdata()) if ocr is None else ocr
        self._options = {**(scan_options or {}), "ocr": self._ocr.to_json()}

    def __enter__(self) -> Standalone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def check_ocr(self) -> None:
        """See that the chosen way to recognise text can be gone; see :func:`recognition.check`."""
        recognition.check(self._pool, self._ocr)

    def ocr_engines(self) -> list[recognition.Engine]:
        """Every engine that recognises text which the program can use."""
        return recognition.engines(self._pool, self._ocr)

    def scan(
        self, path: Path, passwords: Sequence[str] = (), cancel: threading.Event | None = None
    ) -> ScanResult:
        """Spans and record fields of one file.

        Raises:
            InputRefused: the file cannot be taken; the message says why.
        """
        answer = self._pool.ask("scan", _params(path, passwords, self._options), cancel=cancel,
                                timeout_s=SCAN_TIMEOUT_S, page_s=PAGE_TIMEOUT_S)
        return scan_result({**answer.values, "file": str(path)})

    def stamps(self, folders: Sequence[str]) -> StampFamilies:
        """The stamp families that a scan reads, with those of these folders, and the files it cannot use.

        Raises:
            ReviewError: the child died.
        """
        answer = self._pool.ask("stamps", {"stamp_folders": list(folders)}, timeout_s=30.0).values
        return StampFamilies(
            tuple(map(str, answer["families"])), tuple(map(str, answer["own"])),
            tuple((str(name), str(reason)) for name, reason in answer["broken"]),
        )

    def annotate(
        self, path: Path, out: Path, spans: Sequence[SpanFinding] | None, *, actor: str,
        passwords: Sequence[str] = (), sheet: bool = True, head: LogHead | None = None,
        wanted_sha256: str = "", cancel: threading.Event | None = None,
        on_written: Callable[[Written], None] | None = None,
    ) -> Written:
        """Write the annotated copy of ``path`` to ``out``: of ``spans``, else of what a scan finds.

        Args:
            on_written: called before the file takes its name; when it raises, no file is left.

        Raises:
            InputRefused: the file cannot be taken, is not the one the marks were made for
                (``wanted_sha256``), or a mark lies on no page of it; or it is ``out`` itself.
            UsageError: ``out`` is there and no file.
            EnvironmentProblem: ``out`` cannot be written.
        """
        found = self.scan(path, passwords, cancel)
        if wanted_sha256 and wanted_sha256 != found.sha256:
            raise InputRefused(
                f"The marks were made for another file than {isolated(path)}",
                why="their sha256 differs, so the places may be wrong", todo="Scan this file again",
            )
        marks = found.spans if spans is None else tuple(spans)
        check_marks(marks, found)
        page = ReviewSheet(
            file=path.name, sha256=found.sha256, actor=actor, made_at=now(),
            disposition=found.disposition, record=found.record, warnings=found.warnings, head=head,
            app_version=__version__,
        )
        with outgoing(out.absolute(), path) as part:
            answer = self._pool.ask("annotate", {
                **_params(path, passwords), "out": str(part), "sha256": found.sha256,
                "spans": [s.to_json() for s in marks], "sheet": page.to_json(), "sheet_pages": sheet,
            }, cancel=cancel, timeout_s=600.0)
            written = Written(str(answer.values["sha256"]), found.sha256, len(marks))
            if on_written is not None:
                on_written(written)
        return written

    def verify(
        self, path: Path, passwords: Sequence[str] = (), *, original: Path | None = None,
        marks: Mapping[str, Any] | None = None, cancel: threading.Event | None = None,
    ) -> Verification:
        """Attack a finished file; with the original and the marks, a release copy of it.

        Raises:
            InputRefused: a file cannot be taken, or the marks are not for the original.
        """
        params = _params(path, passwords)
        if original is not None:
            params |= {
                "original": str(original.absolute()), "marks": dict(marks or {}), "ocr": self._ocr.to_json(),
            }
        answer = self._pool.ask("verify", params, cancel=cancel, timeout_s=VERIFY_TIMEOUT_S)
        try:
            return Verification.of(answer.values).named(str(path))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            raise ChildDied(
                "The result of the check is damaged", why="so nothing is known of this file",
                todo="Try again; if it happens again, do not pass the file on",
            ) from None

    def anchor(self, path: Path, passwords: Sequence[str] = ()) -> LogHead:
        """The head of the log that an annotated copy was made from; number 0 when that was empty.

        Raises:
            InputRefused: not a PDF, or it carries no anchor.
        """
        answer = self._pool.ask("anchor", _params(path, passwords), timeout_s=60.0)
        anchor = answer.values.get("anchor")
        if not isinstance(anchor, dict) or not isinstance(anchor.get("seq"), int):
            raise InputRefused(
                f"{isolated(path)} carries no audit anchor",
                why="only copies that Review App exported from a workspace carry the log's head",
                todo="Give an annotated copy made from this workspace",
            )
        return LogHead(anchor["seq"], str(anchor.get("hash")))


def read_marks(path: Path) -> tuple[dict[str, Any], tuple[SpanFinding, ...]]:
    """A marks file: the whole object and its spans. The output of ``scan --json`` is one.

    Raises:
        InputRefused: missing, not JSON, or not of the form of the contract; the message says where.
    """
    name = isolated(path)
    value = read_json(path)
    if not isinstance(value, dict) or not isinstance(value.get("spans"), list):
        raise InputRefused(
            f"{name} holds no list of spans", todo="Give the output of scan --json for one file"
        )
    spans = []
    for number, span in enumerate(value["spans"], start=1):
        try:
            spans.append(SpanFinding.of(span))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            raise InputRefused(
                f"{name}: span {number} is not a mark",
                why="each has a page, a list of rectangles of four numbers, and codes as in scan --json",
                todo="Correct that entry",
            ) from None
    return value, tuple(spans)


def read_json(path: Path) -> Any:
    """What a marks file holds, whatever that is.

    Raises:
        InputRefused: missing, too large or not JSON.
    """
    name = isolated(path)
    try:
        if path.stat().st_size > MAX_MARKS_BYTES:
            raise InputRefused(f"{name} is too large for a marks file", todo="Give the output of scan --json")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise InputRefused(f"{name} cannot be read ({error.strerror})", todo="Check the path") from error
    except (ValueError, RecursionError):
        raise InputRefused(
            f"{name} is not JSON", why="a marks file is one JSON object",
            todo="Give the output of scan --json for one file",
        ) from None


def check_marks(marks: Sequence[SpanFinding], found: ScanResult) -> None:
    """Each mark must lie on a page of the file and have an area.

    Raises:
        InputRefused: naming the first mark that does not.
    """
    sizes = {p.number: p for p in found.pages}
    for number, mark in enumerate(marks, start=1):
        page = sizes.get(mark.page)
        on_page = page is not None and bool(mark.rects) and all(
            not r.is_empty and r.x1 > 0 and r.y1 > 0 and r.x0 < page.width and r.y0 < page.height
            for r in mark.rects
        )
        if not on_page:
            raise InputRefused(
                f"Mark {number} (page {mark.page}) lies on no page of the file or has no area",
                why=f"the file has {found.page_count} pages", todo="Correct the marks file",
            )


def _params(
    path: Path, passwords: Sequence[str], options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return scan_params(str(path.absolute()), path.name, passwords, options=options)
