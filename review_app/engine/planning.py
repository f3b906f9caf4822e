"""What a release copy would remove, mark by mark, and what the gaps would give away: nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.guessing import (
    Defence,
    Gap,
    Guessability,
    Kind,
    MarkPlan,
    ReleasePlan,
    default_gap,
)
from review_app.domain.marks import Mark, check_places
from review_app.domain.names import template
from review_app.domain.values import dataclass
from review_app.engine import elsewhere, verify_kept
from review_app.engine.documents import Document
from review_app.engine.flatten import BROKEN, Working, working_copy
from review_app.engine.guessing import Attack, Guesser, figures, names_in, test_of
from review_app.engine.imagecut import ImageCutter
from review_app.engine.ink import InkMeter
from review_app.engine.layers import Layers
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.operators import Unsure
from review_app.engine.pdffonts import Fonts
from review_app.engine.redact import plan_page
from review_app.engine.stretches import Stretch, stretches

CHOICES = (Gap.KEEP, Gap.CONSTANT, Gap.ROUND, Gap.LINE)

BESIDE = 3.0
"""Points from a mark within which a line of text lies close to it."""

NAMED_PAGES = 300
"""Pages whose names an attacker is taken to know: a long document holds more than anyone tries."""


@dataclass(eq=False)
class _Found:
    mark: Mark
    words: list[str]
    own: list[Stretch]
    refused: str = ""
    is_beside: bool = False

    @property
    def kind(self) -> Kind:
        return template(" ".join(self.words)).kind


def plan(
    document: Document, marks: Sequence[Mark], known: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> ReleasePlan:
    """The exact words each mark will remove, and how well their gaps can be guessed, for each defence.

    Args:
        document: the open original; it stays as it is.
        marks: what would be removed, in page space.
        known: people and words that readers may have in mind; the names of the document are added. Used
            for this call, stored nowhere.
        progress: called with pages done and pages in all (only pages with marks count).

    Raises:
        InputRefused: a mark lies on no page, or the document is too damaged.
    """
    check_places(marks, [document.size(n) for n in range(1, document.page_count + 1)])
    working = working_copy(document)
    meter = InkMeter(working.data)
    try:
        found, refused = _walk(document, working, meter, marks, progress)
        wanted = {m: elsewhere.terms(one.kind, one.words) for m, one in found.items()}
        there = elsewhere.places(document, marks, wanted)
        has_tags = "/StructTreeRoot" in working.pdf.Root
        guesses = _guesses(found, Guesser([*known, *_names_of(document)]))
    finally:
        meter.close()
        working.close()
    return ReleasePlan(
        tuple(_planned(found[mark.id], guesses[mark.id]) for mark in marks), refused, there,
        has_tags,
    )


def _walk(
    document: Document, working: Working, meter: InkMeter, marks: Sequence[Mark],
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[str, _Found], dict[int, str]]:
    fonts, layers, images = Fonts(meter), Layers(working.pdf.Root), ImageCutter()
    by_page: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_page[mark.page].append(mark)
    found: dict[str, _Found] = {}
    refused: dict[int, str] = {}
    for done, (page, own) in enumerate(sorted(by_page.items()), start=1):
        frame = document.frame(page)
        if frame is None:
            raise InputRefused(f"Page {page} is damaged and cannot be read", todo="Take a better copy")
        try:
            # With every gap constant: what cannot be laid anew is known before anybody chooses.
            asked = [replace(mark, gap=None) for mark in own]
            walked = plan_page(working.pdf, fonts, layers, images, page, frame, asked, Gap.CONSTANT)
            assert walked.page is not None  # a planned page was walked
            gone = stretches(walked.page, own)
        except Unsure as problem:
            refused[page] = str(problem)
        except BROKEN:
            refused[page] = "its inner structure is damaged"
        else:
            by_mark: dict[str, list[Stretch]] = defaultdict(list)
            for stretch in gone:
                by_mark[stretch.mark].append(stretch)
            for mark in own:
                found[mark.id] = _Found(
                    mark, [s.text for s in by_mark[mark.id]], by_mark[mark.id],
                    walked.defended.refused.get(mark.id, ""),
                    not by_mark[mark.id] and _is_beside(document, mark),
                )
        if page in refused:
            found |= {mark.id: _Found(mark, _words_in(document, mark), []) for mark in own}
        if progress is not None:
            progress(done, len(by_page))
    return found, refused


def _is_beside(document: Document, mark: Mark) -> bool:
    """True when a line of text lies close to a mark that takes none of it."""
    try:
        words = verify_kept.words_of(document.page(mark.page))
    except MUPDF_ERRORS:
        return False
    near = [r.inset(-BESIDE) for r in mark.rects]
    return any(not Rect(*w[:4]).intersect(r).is_empty for w in words for r in near)


def _words_in(document: Document, mark: Mark) -> list[str]:
    """What MuPDF reads in a mark on a page whose instructions are not understood."""
    try:
        words = verify_kept.words_of(document.page(mark.page))
    except MUPDF_ERRORS:
        return []
    out = []
    for rect in mark.rects:
        inside = [w[4] for w in words if rect.contains_point((w[0] + w[2]) / 2, (w[1] + w[3]) / 2)]
        if inside:
            out.append(" ".join(inside))
    return out


def _names_of(document: Document) -> set[str]:
    found: set[str] = set()
    for number in range(1, min(document.page_count, NAMED_PAGES) + 1):
        try:
            found |= names_in(document.page(number).get_text("text").splitlines())
        except MUPDF_ERRORS:
            continue
    return found


def _guesses(found: dict[str, _Found], guesser: Guesser) -> dict[str, dict[Gap, Guessability]]:
    """The figures of each mark for each choice: of the stretch that gives away most.

    Gaps of one text are measured together, whichever marks they belong to.
    """
    groups: dict[str, list[tuple[str, Stretch]]] = defaultdict(list)
    for one in found.values():
        if one.kind is not Kind.PASSAGE:
            for stretch in one.own:
                groups[stretch.text.casefold()].append((one.mark.id, stretch))
    out: dict[str, dict[Gap, Guessability]] = defaultdict(dict)
    for group in groups.values():
        unlike: dict[tuple[object, ...], Attack] = {}
        for _, stretch in group:
            glyph = stretch.visible[0]
            key = (id(glyph.font), round(stretch.em, 3), round(glyph.char, 5), stretch.text)
            if key not in unlike:
                unlike[key] = guesser.attack(stretch)
        attacks = list(unlike.values())
        for gap in CHOICES:
            given = figures(attacks, [test_of(gap, attack) for attack in attacks])
            for mark, _ in group:
                before = out[mark].get(gap)
                if before is None or given.bits < before.bits:
                    out[mark][gap] = given
    return out


def _planned(one: _Found, guesses: dict[Gap, Guessability]) -> MarkPlan:
    kind = one.kind
    choices = tuple(
        Defence(gap, guesses.get(gap, Guessability()), "" if gap is Gap.KEEP else one.refused)
        for gap in CHOICES
    )
    default = Gap.KEEP if one.refused else default_gap(kind)
    return MarkPlan(
        one.mark.id, one.mark.page, tuple(one.words), kind, choices, default, one.is_beside
    )
