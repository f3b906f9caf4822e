"""Attacks a finished release copy: does anything that was marked survive in it, and is the rest still there?

Run in a fresh child, on the bytes as written, with other readers than the ones that wrote them: qpdf for
objects and streams, a reader of our own for bytes that nothing leads to, PDFium for text and pixels. The
removed words are worked out here from the original, by PDFium and by MuPDF. If in doubt it fails (design, 1).

The checks are those of redaction reference 8; the numbers in comments are its.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pymupdf

from review_app.domain.errors import InputRefused
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark, check_places
from review_app.domain.ocr import OcrMode, OcrSettings
from review_app.domain.verification import Channel, Check, Finding, Kept, Verification, marks_digest
from review_app.engine import recognised, verify_fonts, verify_structure
from review_app.engine.documents import Document, open_document
from review_app.engine.verify_bytes import search
from review_app.engine.verify_images import has_masked_pictures, same_elsewhere
from review_app.engine.verify_links import Links, bookmarks, language
from review_app.engine.verify_ocr import MarkReader
from review_app.engine.verify_pagecheck import PageCheck
from review_app.engine.verify_pages import MAX_CHANGED, Pages
from review_app.engine.verify_parts import open_qpdf, take_apart
from review_app.engine.verify_removed import Removed, user_boxes
from review_app.engine.verify_shown import Shown
from review_app.engine.verify_standing import MAX_TOLD
from review_app.engine.verify_text import Box, open_pdfium
from review_app.engine.verify_words import Needles

MIN_KEPT = 0.999
"""Share of the words outside the marks that must be at their place (issue, 2)."""

Progress = Callable[[int, int], None]


def release(
    original: Path, output: Path, marks: Sequence[Mark], *, passwords: Sequence[str] = (),
    gaps: Mapping[str, Gap] | None = None, is_blind: bool = False, ocr: OcrSettings | None = None,
    progress: Progress | None = None, name: str | None = None,
) -> Verification:
    """Everything that can be checked of a release copy.

    Args:
        original: the file that was marked; never changed.
        output: the finished file.
        marks: what was to be removed (page space of the original). ``codes`` and ``label`` of a mark may
            stand in its place in the output.
        passwords: for either file.
        gaps: what was to become of the gap of each mark; None where nobody knows. A gap that was to be
            defended and is as wide as what was removed fails the file.
        is_blind: the maker could not read all that it removed: it kept no address and no bookmark.
        ocr: which marked pages text recognition reads, and with what; None for none.
        progress: called with pages done and pages in all.
        name: how the output is called in the result.

    Raises:
        InputRefused: the original cannot be opened, or a mark lies on no page of it.
        PasswordNeeded: the original or the output is encrypted and no password opens it.
        EnvironmentProblem: text recognition was demanded and there is none.
    """
    reader = MarkReader(ocr or OcrSettings(mode=OcrMode.NEVER))
    raw = output.read_bytes()
    with open_document(original, passwords=passwords) as before:
        check_places(marks, [before.size(n) for n in range(1, before.page_count + 1)])
        digest = marks_digest([_plain(m) for m in marks])
        result = Verification(
            file=name or output.name, sha256=hashlib.sha256(raw).hexdigest(), page_count=0,
            original_sha256=before.sha256, marks_sha256=digest, mark_count=len(marks), programs=programs(),
        )
        try:
            after = open_document(output, passwords=passwords)
        except InputRefused as error:
            return _refused(result, error)
        with after:
            if after.media_type != "application/pdf":
                return _refused(result, InputRefused("The output is not a PDF"))
            try:
                return _attack(result, before, after, raw, marks, gaps, is_blind, reader, progress)
            except InputRefused as error:
                return _refused(result, error)


def _attack(
    result: Verification, before: Document, after: Document, raw: bytes, marks: Sequence[Mark],
    gaps: Mapping[str, Gap] | None, is_blind: bool, reader: MarkReader,
    progress: Progress | None,
) -> Verification:
    needles = Needles()
    by_page: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_page[mark.page].append(mark)
    first = open_pdfium(before.pdf_bytes, before.password)
    second = open_pdfium(raw, after.password)
    anatomy = take_apart(raw, after.password or "")
    try:
        checks = [Check("opens in three readers", True, 3, "qpdf, PDFium, MuPDF")]
        findings: list[Finding] = []
        gone = Removed(before, needles, reader)
        removed = gone.chars
        read = recognised.pages_of(anatomy.pdf)
        same = _same_pages(before, after)
        checks.append(Check("pages, sizes and rotation as in the original", not same, before.page_count))
        findings += same
        links = Links(first, second)
        total = PageCheck()
        count = min(before.page_count, after.page_count)
        with closing(Pages(
            before, after, first, second, needles, by_page, gaps, has_masks=has_masked_pictures(anatomy.pdf),
            gone=gone, links=links, reader=reader, read=read,
        )) as pages:
            for number in range(1, before.page_count + 1):
                total += pages.check(number) if number <= count else pages.learn(number)
                if progress is not None:
                    progress(min(number, count) // 2, count)
            pages.ready()
            for number in range(1, count + 1):
                total += pages.search(number)
                if progress is not None:
                    progress((count + number) // 2, count)
        total.findings.sort(key=lambda f: f.page or 0)
        findings += [*total.findings, *reader.findings]
        checks += [*total.checks(len(marks)), *reader.checks()]
        shown = Shown(anatomy.pdf)
        findings += _pictures_elsewhere(before, first, by_page)  # V12
        found = search(anatomy, shown, needles, total.seen)  # V1, V12
        checks.append(Check(
            "no removed word in any byte, object, stream or name", not any(f.is_leak for f in found),
            len(needles), f"{len(anatomy.parts)} objects, {len(anatomy.unreferenced)} unreferenced streams",
        ))
        findings += found
        structure = verify_structure.findings(anatomy, is_release=True)  # V7, V8
        leak = any(f.is_leak for f in structure)
        checks.append(Check("nothing but pages, one revision, no left-overs", not leak, len(anatomy.parts)))
        findings += structure
        fonts = verify_fonts.left_over(  # V9
            lambda: open_qpdf(before.pdf_bytes, before.password or ""), anatomy.pdf, shown, removed
        )
        checks.append(Check("no letters of removed words left in fonts", not fonts, len(removed)))
        findings += fonts
        checks.append(total.width_check(gaps or {}))
        is_blind = is_blind or not all(removed.get(m.id) for m in marks)
        wrong, may, there = links.judged(by_page, gaps or {}, needles, total.seen, is_blind=is_blind)
        strange, titles = bookmarks(before, first, second, needles, is_blind=is_blind)
        findings += [*wrong, *strange, *language(before, anatomy.pdf)]
        kept = replace(total.kept, links=may, kept_links=there)
        checks += [
            Check("links as in the original, none at a mark", not any(f.is_leak for f in wrong), may),
            Check("links that may stay kept", there == may, may, f"{may - there} lost"), titles,
        ]
        checks += _kept_checks(kept, total)
        return Verification(
            file=result.file, sha256=result.sha256, page_count=after.page_count, findings=tuple(findings),
            checks=tuple(checks), original_sha256=result.original_sha256, marks_sha256=result.marks_sha256,
            mark_count=result.mark_count, kept=kept, programs=result.programs,
            ocr=reader.reading.to_json(), warnings=(
                *_unreadable({m for m, own in removed.items() if own} | reader.known, marks),
                *_as_pictures(total.pictures, read), *after.warnings,
            ),
        )
    finally:
        anatomy.close()
        first.close()
        second.close()


def _kept_checks(kept: Kept, total: PageCheck) -> list[Check]:
    worst, torn = total.worst_page, total.torn
    return [
        Check("words outside the marks kept at their place", kept.share >= MIN_KEPT, kept.words,
              f"{kept.words - kept.kept_words} lost or moved, of these {kept.moved_words} moved"),
        Check("pixels outside the marks unchanged", worst <= MAX_CHANGED, kept.pixels,
              f"{kept.changed_pixels} differ, at most {worst:.2%} of a page"),
        Check("nothing gone or new beside the marks", not torn, len(torn),
              f"{len(torn)} pages, the first is page {torn[0]}" if torn else ""),
    ]


def _unreadable(known: Set[str], marks: Sequence[Mark]) -> tuple[str, ...]:
    """Marks without any readable character: of them only pixels and places can be compared."""
    count = sum(1 for mark in marks if mark.id not in known)
    if not count:
        return ()
    return (
        f"{count} of {len(marks)} marks cover no text that can be read (pictures, drawings, scans without a "
        "text layer): for them only the places themselves were compared",
    )


def _pictures_elsewhere(
    before: Document, pdfium: Any, by_page: Mapping[int, Sequence[Mark]]
) -> list[Finding]:
    """Pictures under a mark that people also see where nobody marked them."""
    if b"/Image" not in before.pdf_bytes:
        return []
    marked: dict[int, dict[str, list[Box]]] = {}
    for number, marks in by_page.items():
        frame = before.frame(number)
        if frame is not None:
            marked[number] = {mark.id: user_boxes(frame, mark.rects) for mark in marks}
    found = []
    for mark, number, box in same_elsewhere(pdfium, marked)[:MAX_TOLD]:
        frame = before.frame(number)
        found.append(Finding(
            Channel.IMAGE, "the picture under a mark also stands here, unmarked", False, page=number,
            rect=frame.rect_to_page(box) if frame is not None else None, mark=mark,
        ))
    return found


def _as_pictures(pages: Sequence[int], read: Set[int]) -> tuple[str, ...]:
    said = []
    for own, what in (
        ([p for p in pages if p not in read], "their text cannot be searched or copied any more"),
        ([p for p in pages if p in read], "their text was read from the pictures and has faults"),
    ):
        if own:
            said.append(f"{len(own)} pages are pictures now (the first is page {own[0]}): {what}")
    return tuple(said)


def _same_pages(before: Document, after: Document) -> list[Finding]:
    """V11."""
    if after.page_count != before.page_count:
        return [Finding(
            Channel.KEPT, f"the original has {before.page_count} pages, the output {after.page_count}",
            count=abs(after.page_count - before.page_count),
        )]
    found = []
    for number in range(1, before.page_count + 1):
        a, b = before.frame(number), after.frame(number)
        if a is None or b is None:
            if (a is None) != (b is None):
                what = "a page can only be read in one of the files"
                found.append(Finding(Channel.KEPT, what, page=number))
        elif abs(a.width - b.width) > 0.5 or abs(a.height - b.height) > 0.5:
            found.append(Finding(Channel.KEPT, "the page has another size or rotation", page=number))
    return found


def _refused(result: Verification, error: InputRefused) -> Verification:
    """The output cannot be opened or read to its end: that fails it."""
    return Verification(
        file=result.file, sha256=result.sha256, page_count=0,
        findings=(Finding(Channel.READERS, error.what),), checks=(Check("opens in three readers", False, 3),),
        original_sha256=result.original_sha256, marks_sha256=result.marks_sha256,
        mark_count=result.mark_count, programs=result.programs,
    )


def _plain(mark: Mark) -> dict[str, object]:
    return {
        "id": mark.id, "page": mark.page, "rects": [r.as_list() for r in mark.rects],
        "codes": list(mark.codes), "label": mark.label,
    }


def programs() -> dict[str, str]:
    """What read the file, with versions: they belong into a certificate."""
    return {
        "pikepdf": version("pikepdf"), "pypdfium2": version("pypdfium2"), "pymupdf": pymupdf.VersionBind,
        "numpy": version("numpy"),
    }


