"""Release copies: plan, copy, remove, rebuild, sanitise. Verifying and delivering are the caller's.

    working copy -> each page: walk and ask -> decide -> write what stays -> rebuild in a new file
    -> draw boxes and codes -> cut fonts -> bytes

The original is never written, each copy starts from its bytes. What is not understood refuses the document
by its page (fail closed), with the raster method offered.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from review_app.domain.errors import InputRefused
from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark, check_places
from review_app.domain.ocr import OcrSettings
from review_app.domain.values import dataclass
from review_app.engine import boxes as drawing
from review_app.engine import defending, fontcut, ocr, rasterlaid, rasterpage, safelinks
from review_app.engine.content import word_places
from review_app.engine.defending import Defended
from review_app.engine.documents import Document
from review_app.engine.flatten import BROKEN, Working, working_copy
from review_app.engine.geometry import Frame, moved
from review_app.engine.glyphcut import Glyph, Page
from review_app.engine.gstate import mul
from review_app.engine.imagecut import ImageCutter
from review_app.engine.ink import InkMeter
from review_app.engine.layers import Layers
from review_app.engine.marked import sheet_pages
from review_app.engine.mupdf import guarded, open_pdf
from review_app.engine.operators import Unsure, number
from review_app.engine.pdffonts import Fonts
from review_app.engine.recognised import TextLayer
from review_app.engine.regions import Regions, beside
from review_app.engine.removal import Content, Job, page_state
from review_app.engine.sanitise import Rebuilder, page_data, page_resources
from review_app.engine.stretches import Stretch, stretches
from review_app.engine.unseen import Seen


@dataclass(frozen=True, slots=True)
class Options:
    """How a release copy is made: ``raster`` all pages with marks, or only ``raster_pages`` (from 1);
    ``gap`` is what becomes of the gaps of marks that do not say it themselves; with ``reocr`` pages that
    become pictures are read from the picture, and get unseen text."""

    raster: bool = False
    raster_pages: frozenset[int] = frozenset()
    black: bool = False
    dpi: float = rasterpage.DPI
    gap: Gap = Gap.KEEP
    reocr: OcrSettings | None = None


@dataclass
class Release:
    """A release copy and what was done to make it. Holds no text of the document.

    ``drawn`` are the boxes as drawn, in page space, by page: lower than a mark where it only grazed a line
    that stays. ``relaid`` are the lines that were laid anew, in page space, by page; ``gaps`` what became of
    the gap of each mark with text; ``undefended`` why a gap that was to be defended stayed as it was;
    ``extended`` what was removed beyond a mark, because the rest of its line was to go; ``links`` and
    ``titles`` how many links and bookmarks stayed; ``is_blind`` when something was removed that cannot be
    read, so that no address and no title was kept; ``recognised`` how many words were read from pictures,
    by ``reader``, and ``unread`` pictures that could not be; ``had_tags`` when the original has a structure
    tree: it names words and their order in many ways, so it is left out.
    """

    data: bytes = b""
    codes: list[drawing.Placed] = field(default_factory=list)
    drawn: dict[int, list[Rect]] = field(default_factory=dict)
    raster_pages: list[int] = field(default_factory=list)
    glyphs: int = 0
    paths: int = 0
    images: int = 0
    flattened: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    was_signed: bool = False
    relaid: dict[int, list[Rect]] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    undefended: dict[str, str] = field(default_factory=dict)
    extended: dict[str, list[Rect]] = field(default_factory=dict)
    links: int = 0
    titles: int = 0
    is_blind: bool = False
    recognised: int = 0
    reader: str = ""
    unread: list[int] = field(default_factory=list)
    had_tags: bool = False


@dataclass
class PagePlan:
    """What a page's marks will remove; glyphs decided, nothing written yet. ``gone``: the stretches that go,
    where they are known already."""

    number: int
    frame: Frame
    marks: list[Mark]
    content: Content | None
    job: Job | None
    page: Page | None
    defended: Defended = field(default_factory=Defended)
    gone: list[Stretch] | None = None


def make(
    document: Document, marks: Sequence[Mark], options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Release:
    """A release copy of a document, as bytes.

    Args:
        document: the open original; it stays as it is.
        marks: what to remove, in page space.
        options: how.
        progress: called with pages done and pages in all.

    Raises:
        InputRefused: a mark lies on no page, or something on a page cannot be removed safely: the message
            names the page.
        EnvironmentProblem: pictures are to be read and there is nothing that reads.
    """
    options = options or Options()
    if sheet_pages(document):
        raise InputRefused(
            "The file is an annotated copy of this program", why="its review sheet would be released with it",
            todo="Make the release copy from the original",
        )
    check_places(marks, [document.size(n) for n in range(1, document.page_count + 1)])
    working = working_copy(document)
    meter = InkMeter(working.data)
    try:
        return _Maker(document, working, meter, options).make(marks, progress)
    finally:
        meter.close()
        working.close()


class _Maker:
    def __init__(self, document: Document, working: Working, meter: InkMeter, options: Options) -> None:
        self._document = document
        self._working = working
        self._meter = meter
        self._options = options
        self._fonts = Fonts(meter)
        self._layers = Layers(working.pdf.Root)
        self._images = ImageCutter()
        self._rebuilt = Rebuilder(self._fonts, self._layers)
        self._release = Release(flattened=working.flattened, left_out=dict(working.dropped))
        with guarded("The document is too damaged for a release copy"):
            self._release.was_signed = int(document.pdf.get_sigflags()) > 0
        self._drawable: Any = None
        self._made_font: Any = None
        self._checked = safelinks.Checked()
        self._blocked: dict[int, list[Rect]] = {}
        self._layer: TextLayer | None = None
        if options.reocr is not None:
            self._layer = TextLayer(self._rebuilt.pdf, ocr.recogniser(options.reocr))

    def make(self, marks: Sequence[Mark], progress: Callable[[int, int], None] | None) -> Release:
        by_page: dict[int, list[Mark]] = {}
        for mark in marks:
            by_page.setdefault(mark.page, []).append(mark)
        try:
            for page in range(1, self._document.page_count + 1):
                self._page(page, by_page.get(page, []))
                if progress is not None:
                    progress(page, self._document.page_count)
            self._carry_over()
            try:
                fontcut.finish(self._rebuilt, self._meter)
                fontcut.rename(self._rebuilt, self._checked.holds)
                self._rebuilt.objects.unname_profiles(self._checked.holds)
            except Unsure as problem:
                raise _refused(None, str(problem)) from None
            self._release.images = self._images.cut_images
            self._release.data = self._written()
        finally:
            if self._drawable is not None:
                self._drawable.close()
        return self._release

    def _carry_over(self) -> None:
        """Links, bookmarks and the language, as far as they hold nothing that was removed."""
        self._checked.ready()
        self._release.is_blind = self._checked.is_blind
        pdf = self._rebuilt.pdf
        self._release.links = safelinks.add_links(pdf, self._working.links, self._blocked, self._checked)
        self._release.titles = safelinks.add_titles(pdf, self._document.pdf, self._checked)
        self._release.had_tags = "/StructTreeRoot" in self._working.pdf.Root
        language = safelinks.language_of(self._working.pdf)
        if language:
            pdf.Root.Lang = pikepdf.String(language)
        left_out = self._release.left_out
        left_out["Link"] = max(0, left_out.get("Link", 0) - self._release.links)

    def _page(self, number_: int, marks: list[Mark]) -> None:
        frame = self._document.frame(number_)
        if frame is None:
            raise InputRefused(f"Page {number_} is damaged and cannot be read", todo="Take a better copy")
        by_raster = bool(marks) and (self._options.raster or number_ in self._options.raster_pages)
        if by_raster or (number_ in self._options.raster_pages):
            self._raster(number_, frame, marks)
            return
        try:
            plan = plan_page(
                self._working.pdf, self._fonts, self._layers, self._images, number_, frame, marks,
                self._options.gap,
            )
            marks = plan.marks
            data, resources = remove(plan)
            self._add(number_, frame, plan, marks, data, resources)
        except Unsure as problem:
            raise _refused(number_, str(problem)) from None
        except BROKEN:
            raise _refused(number_, "its inner structure is damaged") from None

    def _add(
        self, number_: int, frame: Frame, plan: PagePlan, marks: list[Mark], data: bytes, resources: Any
    ) -> None:
        data, needed = self._rebuilt.content(data, resources, 0)
        assert plan.page is not None and plan.job is not None  # remove() has used them
        shapes = drawn_boxes(plan.page, frame, marks, plan.defended.boxes)
        words: dict[str, list[str]] = {mark.id: [] for mark in marks}
        for stretch in plan.gone if plan.gone is not None else stretches(plan.page, marks):
            words[stretch.mark].append(stretch.text)
        for mark, texts in words.items():
            self._checked.add(mark, texts)
        self._blocked[number_] = [*plan.page.regions.boxes, *plan.defended.strips]
        self._release.gaps |= plan.defended.gaps
        self._release.undefended |= plan.defended.refused
        self._release.extended |= plan.defended.extended
        if plan.defended.strips:
            self._release.relaid[number_] = [moved(s, frame.to_page) for s in plan.defended.strips]
        self._release.glyphs += sum(g.gone for g in plan.page.glyphs)
        self._release.paths += plan.job.cut_paths
        source = self._working.pdf.pages[number_ - 1].obj
        group = self._rebuilt.objects.group(source.get("/Group"))
        self._finish(number_, frame, marks, shapes, data, needed, group)

    def _raster(self, number_: int, frame: Frame, marks: list[Mark]) -> None:
        if self._drawable is None:
            self._drawable = open_pdf(self._working.data)
        rects = [r for m in marks for r in m.rects]
        laid = rasterlaid.lay(
            lambda step: plan_page(
                self._working.pdf, self._fonts, self._layers, self._images, number_, frame, marks,
                self._options.gap, step,
            ), self._working.pdf, number_, frame, marks, self._options.gap,
        )
        self._release.gaps |= laid.gaps
        self._release.undefended |= laid.undefended
        try:
            page = laid.drawable[0] if laid.drawable is not None else self._drawable[number_ - 1]
            places = [*rects, *laid.boxes.values()]
            values = rasterpage.drawn(page, frame, places, dpi=self._options.dpi)
        finally:
            laid.close()
        image = rasterpage.as_image(self._rebuilt.pdf, values)
        place = mul((frame.width, 0.0, 0.0, -frame.height, 0.0, frame.height), frame.to_user)
        data = b"q " + b" ".join(number(v) for v in place) + b" cm /X1 Do Q"
        owners = [(m, i) for m in marks for i in range(len(m.rects))]
        shapes = [
            drawing.Box(m, laid.boxes.get(n, m.rects[i]), i == _main(m)) for n, (m, i) in enumerate(owners)
        ]
        needed = Dictionary(XObject=Dictionary(X1=image))
        if self._layer is not None:
            text, fonts = self._layer.over(number_, values, frame, [*places, *(s.rect for s in shapes)])
            if fonts:
                data, needed.Font = data + b"\n" + text, Dictionary(fonts)
        self._release.raster_pages.append(number_)
        # A link behind a gap would tell how wide it was, in figures, where the picture does not.
        self._blocked[number_] = [*(frame.rect_to_user(r) for r in places), *laid.strips]
        seen = [(w.rect, w.text) for line in self._document.content(number_).lines for w in line.words]
        for mark in marks:
            inside = [t for r, t in seen if any(not r.intersect(m).is_empty for m in mark.rects)]
            self._checked.add(mark.id, [*inside, " ".join(inside)])
        self._finish(number_, frame, marks, shapes, data, needed, None)

    def _finish(
        self, number_: int, frame: Frame, marks: list[Mark], shapes: list[drawing.Box], data: bytes,
        needed: Any, group: Any,
    ) -> None:
        pdf = self._rebuilt.pdf
        if shapes:
            taken = word_places(self._document, number_) if any(map(drawing.needs_room, shapes)) else []
            operators, placed = drawing.draw(number_, frame, shapes, taken, black=self._options.black)
            data = b"q\n" + data + b"\nQ\n" + operators
            if "/Font" not in needed:
                needed.Font = Dictionary()
            needed.Font[f"/{drawing.FONT}"] = self._code_font()
            self._release.codes += placed
            self._release.drawn[number_] = [s.rect for s in shapes]
        shown = moved(frame.rect, frame.to_user)
        made = Dictionary(
            Type=Name.Page, MediaBox=[_short(v) for v in (shown.x0, shown.y0, shown.x1, shown.y1)],
            Resources=needed, Contents=pdf.make_stream(data),
        )
        if frame.turn:
            made.Rotate = frame.turn
        if abs(frame.unit - 1) > 1e-9:
            made.UserUnit = _short(frame.unit)
        if group is not None:
            made.Group = group
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(made)))

    def _code_font(self) -> Any:
        if self._made_font is None:
            self._made_font = self._rebuilt.pdf.make_indirect(Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding,
            ))
        return self._made_font

    def _written(self) -> bytes:
        pdf, layer = self._rebuilt.pdf, self._layer
        if layer is not None:
            layer.finish()
            self._release.recognised, self._release.reader = layer.words, layer.title
            self._release.unread = layer.failed
        out = io.BytesIO()
        pdf.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True, fix_metadata_version=False,
        )
        pdf.close()
        return out.getvalue()


def plan_page(
    pdf: pikepdf.Pdf, fonts: Fonts, layers: Layers, images: ImageCutter, number_: int, frame: Frame,
    marks: Sequence[Mark], gap: Gap = Gap.KEEP, step: float | None = None,
) -> PagePlan:
    """Walks a page and decides which glyphs go and where lines are laid anew.

    Args:
        pdf: the working copy.
        fonts: its fonts.
        layers: its layers.
        images: what cuts pictures.
        number_: the page, from 1.
        frame: its measures.
        marks: those of this page.
        gap: what becomes of the gaps of marks that do not say it themselves.
        step: points to whose multiples every defended gap is widened (pages that become pictures).

    Raises:
        Unsure: something on it is not understood.
    """
    crop = moved(frame.rect, frame.to_user)
    source = pdf.pages[number_ - 1].obj
    data, resources = page_data(source), page_resources(source)

    def walk(own: Sequence[Mark], upright: bool) -> tuple[PagePlan, Page]:
        regions = Regions([frame.rect_to_user(r) for m in own for r in m.rects])
        strips = defending.strips(frame, own, gap, upright=upright)
        seen = Seen(crop, unit=frame.unit)
        for _ in range(2):
            page = Page(regions, crop, seen, strips=strips)
            job = Job(pdf, fonts, layers, page, images)
            content = Content(job, resources, page_state()).walk(data)
            if seen.judging or not seen.has_doubts():
                break
            seen = seen.again()
        page.decide()
        return PagePlan(number_, frame, list(own), content, job, page), page

    plan, page = walk(marks, False)
    if page.strips is not None:
        is_down = defending.runs_down(page, frame, marks)
        if is_down:
            plan, page = walk(marks, True)
        longer = defending.longer(page, frame, plan.marks, gap)
        if longer:
            plan, page = walk([longer.get(m.id, m) for m in marks], is_down)
        plan.defended = defending.defend(page, frame, plan.marks, gap, step)
        plan.defended.extended = {m: list(longer[m].rects) for m in longer}
    elif marks:
        plan.gone = stretches(page, marks)
        plan.defended.gaps = dict.fromkeys((s.mark for s in plan.gone), Gap.KEEP)
    return plan


def remove(plan: PagePlan) -> tuple[bytes, Any]:
    """The page's content without what its marks remove, and its resources."""
    assert plan.content is not None  # a planned page was walked
    data = plan.content.written()
    return data, plan.content.all_resources()


def drawn_boxes(
    page: Page, frame: Frame, marks: Sequence[Mark], laid: Mapping[int, Rect]
) -> list[drawing.Box]:
    """The boxes to draw: as marked, but not over lines that were only grazed and stay, and where their line
    was laid anew (``laid``, in user space, by rectangle) as wide as their gap is now."""
    grazed: dict[int, list[Glyph]] = {}
    for glyph in page.glyphs:
        for i in glyph.covered if not glyph.gone else ():
            grazed.setdefault(i, []).append(glyph)
    shared: dict[Rect, list[Glyph]] = {}  # marks that overlap on a line laid anew have one box
    for i, rect in laid.items():
        shared.setdefault(rect, []).extend(grazed.get(i, ()))
    out = []
    i = 0
    for mark in marks:
        for j, _ in enumerate(mark.rects):
            box = laid.get(i, page.regions.boxes[i])
            for glyph in shared[box] if i in laid else grazed.get(i, ()):
                box = beside(box, glyph.rect, glyph.across_x)
            out.append(drawing.Box(mark, moved(box, frame.to_page), j == _main(mark)))
            i += 1
    return out


def _main(mark: Mark) -> int:
    areas = [r.area for r in mark.rects]
    return areas.index(max(areas))


def _short(value: float) -> float | int:
    value = round(value, 4)
    return int(value) if value == int(value) else value


def _refused(page: int | None, reason: str) -> InputRefused:
    where = f"Page {page}" if page is not None else "The document"
    return InputRefused(
        f"{where} cannot be redacted by removing content: {reason}",
        why="what is not understood might stay in the file",
        todo="Turn its marked pages into pictures (raster method)",
    )
