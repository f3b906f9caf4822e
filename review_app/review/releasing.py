"""Release copies: made in one child, attacked in another, delivered only when nothing is found."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from review_app.domain.errors import ChildDied, EnvironmentProblem, VerificationFailed
from review_app.domain.guessing import Gap, ReleasePlan, gap_of
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.rows import LogHead
from review_app.domain.values import dataclass
from review_app.domain.verification import Finding, Verification
from review_app.review import recognition
from review_app.review.outgoing import outgoing
from review_app.review.places import default_tessdata
from review_app.workers.pool import Pool

PLAN_TIMEOUT_S = 1800.0
MAKE_TIMEOUT_S = 3600.0
VERIFY_TIMEOUT_S = 3600.0
"""Longest times for one file, in seconds: ten thousand scanned pages."""


class Decision(StrEnum):
    """What is decided about removed words that also stand where nobody marked them."""

    LIST = "list"  # nothing: the copy is written and lists them
    ACCEPT = "accept"  # they may stay
    REFUSE = "refuse"  # no copy while there are any


class StandsElsewhere(VerificationFailed):
    """Words that were removed also stand unmarked, and that was not to be; ``findings`` say where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = len(findings)
        super().__init__(
            f"What was removed also stands unmarked at {count} place{'s' if count != 1 else ''}",
            why="no file was written, because that was not to be (--elsewhere refuse)",
            todo="Mark these places too, or accept them with --elsewhere accept",
        )
        self.findings = tuple(findings)


class ReleaseFailed(VerificationFailed):
    """A release copy that did not pass; ``findings`` say what survived where, without its words;
    ``defended`` are the marks whose lines were laid anew in it."""

    def __init__(self, result: Verification, *, defended: Collection[str] = ()) -> None:
        leaks = [f for f in result.findings if f.is_leak]
        marks = {f.mark for f in leaks if f.mark}
        failed = [c.name for c in result.checks if not c.passed]
        what = f"{len(leaks)} finding{'s' if len(leaks) != 1 else ''}"
        super().__init__(
            f"The release copy did not pass verification: {what}"
            + (f" on {len(marks)} mark{'s' if len(marks) != 1 else ''}" if marks else ""),
            why=("no file was written; failed: " + ", ".join(failed)) if failed else "no file was written",
            todo="Mark the places that are named, keep their gaps as wide as they are, or turn their pages "
            "into pictures",
        )
        self.findings: tuple[Finding, ...] = tuple(leaks)
        self.defended = frozenset(defended)


@dataclass(frozen=True, slots=True)
class Released:
    """A delivered release copy: hashes, what was done in numbers, and the verifier's result."""

    sha256: str
    original_sha256: str
    done: Mapping[str, Any]
    verification: Verification

    def report(self, head: LogHead | None = None) -> dict[str, Any]:
        """The certificate with what was done to make the copy.

        How many characters went, and how far the rest of a line reached, would tell widths: it is left out.
        """
        made = {key: value for key, value in self.done.items() if key not in ("extended", "glyphs")}
        return {**self.verification.certificate(head), "made": made}

    def certificate(self, head: LogHead | None = None) -> bytes:
        """The report as it is written beside the copy."""
        text = json.dumps(self.report(head), ensure_ascii=False, indent=1, sort_keys=True)
        return (text + "\n").encode("utf-8", "surrogatepass")

    def certificate_sha256(self, head: LogHead | None = None) -> str:
        """The SHA-256 of that."""
        return hashlib.sha256(self.certificate(head)).hexdigest()


def plan(
    path: Path, marks: Mapping[str, Any], *, names: Sequence[str] = (), passwords: Sequence[str] = (),
    name: str = "", cancel: threading.Event | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> ReleasePlan:
    """What a release copy of ``path`` would remove, mark by mark: nothing is written.

    Of each mark: the exact words that will go (for the reviewer's eye: never store or log them), what the
    width of their gap gives away for each way to treat it, and the way that is taken by default. Runs in a
    child of its own, about a second for two hundred pages; call it from a job.

    Args:
        path: the original.
        marks: the parsed marks file.
        names: people and words that readers may have in mind: of the case, of the reviewer's own list. The
            names in the document are added. They live as long as the child does.
        passwords: tried on an encrypted original.
        name: the original's name for people, where its path does not say it.
        cancel: when set, the work ends.
        on_progress: called with pages done and pages with marks in all.

    Raises:
        InputRefused: the file or the marks cannot be taken. A page whose marks only the raster method can do
            refuses nothing: ``ReleasePlan.refused`` names it.
    """
    with Pool(1) as planner:
        answer = planner.ask("plan", {
            "path": str(path.absolute()), "name": name or path.name, "passwords": list(passwords),
            "marks": dict(marks), "names": list(names),
        }, cancel=cancel, on_progress=on_progress, timeout_s=PLAN_TIMEOUT_S).values
    try:
        return ReleasePlan.of(answer)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        raise ChildDied(
            "The plan of the release is damaged", why="so it is not known what would be removed",
            todo="Try again; if it happens again, use the raster method",
        ) from None


def release(
    path: Path, out: Path, marks: Mapping[str, Any], *, method: str = "remove",
    raster_pages: Sequence[int] = (), black: bool = False, gap: str = "auto",
    passwords: Sequence[str] = (), name: str = "", report: Path | None = None, head: LogHead | None = None,
    ocr: OcrSettings | None = None, reocr: bool = False, elsewhere: Decision = Decision.LIST,
    cancel: threading.Event | None = None, on_progress: Callable[[int, int], None] | None = None,
    on_verify: Callable[[int, int], None] | None = None,
    on_written: Callable[[Released], None] | None = None,
) -> Released:
    """Make a release copy of ``path``, verify it in a fresh child, and only then give it the name ``out``.

    Args:
        path: the original; never written.
        out: the new file.
        marks: the parsed marks file.
        method: ``remove``, or ``raster`` for all marked pages.
        raster_pages: single pages that become pictures.
        black: black boxes instead of white ones with a black border.
        gap: what becomes of the gaps of marks that do not say it themselves (``gap`` of a span), one of
            :class:`review_app.domain.guessing.Gap`. ``auto``: names, figures and single words leave a gap of
            constant width, passages keep theirs; a copy that does not pass so is made again with all gaps
            kept, and says so (``undefended``).
        passwords: tried on an encrypted original; the copy is not encrypted.
        name: the original's name for people, where its path does not say it; the report then names the
            copy without its folder.
        report: where to write the report, with the copy or not at all.
        head: the audit log's head, for the report.
        ocr: which marked pages of the copy are read by text recognition, and with what: by default scans and
            pages that became pictures, where an engine is installed.
        elsewhere: what is decided about removed words that also stand unmarked; the certificate says it.
        reocr: pages that become pictures are read from the marked picture, and get unseen text.
        cancel: when set, the work ends and no file is left.
        on_progress: called with pages done and pages in all.
        on_verify: called when the attack begins (0, 0), and with how far it is.
        on_written: called before the file takes its name; when it raises, no file is left.

    Raises:
        InputRefused: the file or the marks cannot be taken, or a page cannot be redacted by this method.
        ReleaseFailed: the verifier found something; no file is left.
        StandsElsewhere: removed words also stand unmarked, and ``elsewhere`` refuses that; no file is left.
        EnvironmentProblem: ``out`` cannot be written, or text recognition is demanded and is not there.
    """
    common = {"path": str(path.absolute()), "name": name or path.name, "passwords": list(passwords)}
    choice = gap_of(gap)
    settings = OcrSettings(tessdata=default_tessdata()) if ocr is None else ocr

    def attempt(part: Path, gap: Gap) -> Released:
        with Pool(1) as maker:
            done = maker.ask("redact", {
                **common, "out": str(part), "marks": dict(marks), "method": method,
                "raster_pages": list(raster_pages), "black": black, "gap": gap.value,
                "reocr": reocr, "ocr": settings.to_json(),
            }, cancel=cancel, on_progress=on_progress, timeout_s=MAKE_TIMEOUT_S).values
        if on_verify is not None:
            on_verify(0, 0)
        with Pool(1) as attacker:  # a fresh child: nothing of the maker's memory can vouch for its work
            answer = attacker.ask("verify", {
                **common, "path": str(part), "name": out.name, "original": str(path.absolute()),
                "marks": dict(marks), "gaps": done.get("gaps"), "extended": done.get("extended"),
                "is_blind": bool(done.get("is_blind")), "ocr": settings.to_json(),
            }, cancel=cancel, on_progress=on_verify, timeout_s=VERIFY_TIMEOUT_S).values
        try:
            result = Verification.of(answer).named(out.name if name else str(out))
            released = Released(str(done["sha256"]), str(done["original_sha256"]), done, result)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
            raise ChildDied(
                "The result of the check is damaged", why="so nothing was written",
                todo="Try again; if it happens again, turn the marked pages into pictures",
            ) from None
        if not result.passed or result.sha256 != released.sha256:
            raise ReleaseFailed(result, defended=_defended(done))
        return released

    if reocr or settings.is_demanded:  # said before work begins, not after an hour of it
        demanded = replace(settings, mode=OcrMode.ALWAYS) if reocr else settings
        with Pool(1) as asked:
            recognition.check(asked, demanded)
    with outgoing(out.absolute(), path) as part:
        try:
            released = attempt(part, choice)
        except ReleaseFailed as failed:
            if choice is not Gap.AUTO or not failed.defended:
                raise
            # Lines that cannot be laid anew without a doubt are no reason to refuse what nobody asked for.
            released = _told(attempt(part, Gap.KEEP), failed.defended)
        released = _decided(released, elsewhere)
        with _beside(report, path, released, head):
            if on_written is not None:
                on_written(released)
    return released


def _defended(done: Mapping[str, Any]) -> list[str]:
    """The marks whose gaps were not kept."""
    return [str(mark) for mark, gap in dict(done.get("gaps") or {}).items() if gap != Gap.KEEP]


def _told(released: Released, marks: Collection[str]) -> Released:
    """A copy that says of these marks that their gaps were kept against the plan, where they were."""
    still = set(_defended(released.done))
    why = "its line could not be laid anew without a doubt"
    undefended = dict(released.done.get("undefended") or {})
    undefended |= {mark: why for mark in sorted(marks) if mark not in still}
    return replace(released, done={**released.done, "undefended": undefended})


def _decided(released: Released, decision: Decision) -> Released:
    """A copy that says what was decided about words that also stand unmarked.

    Raises:
        StandsElsewhere: they may not.
    """
    notes = [f for f in released.verification.findings if not f.is_leak]
    if notes and decision is Decision.REFUSE:
        raise StandsElsewhere(notes)
    said = {"places": len(notes), "decision": str(decision) if notes else "none needed"}
    return replace(released, done={**released.done, "elsewhere": said})


@contextlib.contextmanager
def _beside(report: Path | None, source: Path, released: Released, head: LogHead | None) -> Iterator[None]:
    """The report is whole on the disk before the block, and takes its name after it."""
    if report is None:
        yield
        return
    with outgoing(report.absolute(), source) as sheet:
        try:
            with sheet.open("wb") as file:
                file.write(released.certificate(head))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EnvironmentProblem(
                "The report of the release copy could not be written",
                why=f"{(error.strerror or type(error).__name__).lower()}; no copy was written either",
                todo="Free space or choose another folder, then try again",
            ) from None
        yield
