"""The strip of pages as a drawing: plain shapes in their order, for any form of picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from review_app.domain.display import shown
from review_app.domain.overview import DocumentFigures, Overview, PageFigures, percent
from review_app.domain.overview_report import OverviewReport
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Kind, Origin, Status
from review_app.reports import words

PAPER_WIDTH, PAPER_HEIGHT = 60.0, 78.0
"""Room for the small picture of a page, in pixels of the drawing."""
CELL_WIDTH, CELL_HEIGHT = 76.0, 112.0
"""A page with the space around it, its number and its share."""
MARGIN, LINE = 14.0, 16.0
LEAST = 2.0
"""Pixels a withheld area is drawn with at least: a single word must not vanish on a small page."""
TICK = 4.0
"""Width of the sign beside a page, left for what the agency withheld and right for what a reviewer did."""
LEAST_COLUMNS = 3
"""Pages that a document takes the width of at least, for its name."""
LONGEST = 60
"""Characters of a name in a heading."""
LETTER = 6.6
"""Pixels from one letter of a legend to the next, about."""
HEADING_CHARACTER = 7.3
"""Width of one, in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``look`` is one of the looks below."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text that stands on ``y``; ``look`` is ``title``, ``note``, ``number`` or ``share``.

    Numbers and shares have their middle at ``x``, the others begin there.
    """

    x: float
    y: float
    text: str
    look: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A page as one thing: what is drawn, and what it says to those who do not see it."""

    shapes: tuple[Box | Label, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of ``width`` by ``height`` pixels. ``parts`` are made while they are read, once."""

    width: float
    height: float
    spoken: str
    parts: Iterable[Box | Label | Cell]


def look_of(origin: Origin, is_undecided: bool) -> str:
    """How a withheld area is drawn."""
    return f"{origin}-undecided" if is_undecided else str(origin)


AREAS = tuple(look_of(origin, is_undecided) for origin in Origin for is_undecided in (False, True))
"""The looks of withheld areas, as the legend lists them."""
LEGEND = {
    "agency": "agency", "agency-undecided": "agency, undecided",
    "reviewer": "reviewer", "reviewer-undecided": "reviewer, undecided",
}


def rows(pages: Sequence[PageFigures], columns: int) -> Iterator[Drawing]:
    """The pages of a document, a drawing for each row of so many: none is cut where paper ends."""
    for first in range(0, len(pages), columns):
        row = pages[first:first + columns]
        says = f"Pages {row[0].page.number} to {row[-1].page.number}" if len(row) > 1 else \
            f"Page {row[0].page.number}"
        yield Drawing(columns * CELL_WIDTH, CELL_HEIGHT, says,
                      (cell(page, i * CELL_WIDTH, 0.0) for i, page in enumerate(row)))


def picture(report: OverviewReport) -> Drawing:
    """All of an overview on one sheet: headings, pages, the legend, and the head of the log."""
    overview = report.overview
    columns = columns_for(overview)
    width = max(MARGIN * 2 + columns * CELL_WIDTH, 760.0)
    blocks = list(_blocks(overview, columns))
    end = max((b.y + b.height for b in blocks), default=0.0)
    height = MARGIN * 2 + LINE * 3 + end + LINE * 4
    return Drawing(width, height, title(overview), _sheet(report, blocks, height))


def columns_for(overview: Overview) -> int:
    """Pages side by side: a sheet about as wide as high, whatever it holds."""
    widths = sum(max(LEAST_COLUMNS, len(d.pages)) for d in overview.documents)
    longest = max((len(d.pages) for d in overview.documents), default=1)
    square = math.ceil(math.sqrt(widths * 2.0))
    return max(8, square if len(overview.documents) > 1 else min(longest, square))


@dataclass(frozen=True, slots=True)
class _Block:
    """The pages of a document on the sheet: ``x`` and ``y`` of its corner, from that of the first."""

    document: DocumentFigures
    x: float
    y: float
    columns: int

    @property
    def height(self) -> float:
        """With its heading."""
        return LINE * 2 + -(-len(self.document.pages) // self.columns) * CELL_HEIGHT


def _blocks(overview: Overview, columns: int) -> Iterator[_Block]:
    """Documents one after the other, short ones side by side."""
    at, top, bottom = 0, 0.0, 0.0
    for document in overview.documents:
        wide = max(LEAST_COLUMNS, min(len(document.pages), columns))
        if at + wide > columns:
            at, top = 0, bottom
        block = _Block(document, at * CELL_WIDTH, top, wide)
        yield block
        at, bottom = at + wide, max(bottom, top + block.height)


def title(overview: Overview) -> str:
    """What an overview is of."""
    if overview.case is not None:
        return f"Case {_short(overview.case.number)}"
    if len(overview.documents) == 1:
        return _short(overview.documents[0].document.name)
    return words.counted(len(overview.documents), "document")


def legend(x: float, y: float) -> Iterator[Box | Label]:
    """The four looks with their names, in a line that stands on ``y``."""
    for look in AREAS:
        yield Box(x, y - 10.0, 22.0, 11.0, look)
        yield Label(x + 27.0, y, LEGEND[look], "note")
        x += 27.0 + LETTER * len(LEGEND[look]) + 16.0


def width_of(parts: Iterable[Box | Label]) -> float:
    """How far to the right boxes and names of a legend reach, in pixels."""
    return max(p.x + (p.width if isinstance(p, Box) else LETTER * len(p.text)) for p in parts)


def cell(figures: PageFigures, x: float, y: float) -> Cell:
    """A page at a place."""
    boxes = paper(figures)
    left = round(x + (CELL_WIDTH - boxes[0].width) / 2, 1)
    top = round(y + 4.0 + PAPER_HEIGHT - boxes[0].height, 1)
    shapes: list[Box | Label] = [
        Box(round(left + b.x, 1), round(top + b.y, 1), b.width, b.height, b.look) for b in boxes
    ]
    middle = x + CELL_WIDTH / 2
    sign = " ?" if figures.undecided else ""
    shapes.append(Label(middle, y + PAPER_HEIGHT + 16.0, f"{figures.page.number:,}", "number"))
    shapes.append(Label(middle, y + PAPER_HEIGHT + 28.0, f"{words.share(figures)}{sign}", "share"))
    return Cell(tuple(shapes), words.page(figures))


def paper(figures: PageFigures) -> list[Box]:
    """A page as small as it is drawn, from its own corner: first the paper, then what is withheld, each with
    its sign beside the page."""
    page = figures.page
    is_known = page.width > 0.0 and page.height > 0.0
    size = (page.width, page.height) if is_known else (PAPER_WIDTH, PAPER_HEIGHT)
    scale = min(PAPER_WIDTH / size[0], PAPER_HEIGHT / size[1])
    width, height = round(max(LEAST, size[0] * scale), 1), round(max(LEAST, size[1] * scale), 1)
    boxes = [Box(0.0, 0.0, width, height, "paper")]
    for look, left, top, wide, high in _places(figures, width, height, scale):
        boxes.append(Box(left, top, wide, high, look))
        beside = -TICK - 1.0 if look.startswith(Origin.AGENCY) else round(width + 1.0, 1)
        boxes.append(Box(beside, top, TICK, high, f"tick-{look}"))
    return boxes


def _places(
    figures: PageFigures, width: float, height: float, scale: float
) -> list[tuple[str, float, float, float, float]]:
    """The withheld areas in small pixels, each place once: ten thousand of them on a page then cost no more
    than the page has half pixels. What waits for a decision is drawn over what does not."""
    found: dict[tuple[str, float, float, float, float], None] = {}
    for patch in sorted(figures.patches, key=lambda p: (p.is_undecided, p.origin)):
        rect = patch.rect
        wide = min(width, max(LEAST, _half(rect.width * scale)))
        high = min(height, max(LEAST, _half(rect.height * scale)))
        left = max(0.0, min(_half(rect.x0 * scale), width - wide))
        top = max(0.0, min(_half(rect.y0 * scale), height - high))
        found[look_of(patch.origin, patch.is_undecided), round(left, 1), round(top, 1),
              round(wide, 1), round(high, 1)] = None
    if not figures.patches and figures.amounts.withheld >= 1.0:  # withheld whole, of a size nobody knows
        span = next(s for s in figures.held if s.kind is Kind.PAGE)
        found[look_of(span.origin, span.status is Status.SUGGESTED), 0.0, 0.0, width, height] = None
    return list(found)


def _sheet(report: OverviewReport, blocks: Sequence[_Block], height: float) -> Iterator[Box | Label | Cell]:
    overview = report.overview
    y = MARGIN + LINE
    yield Label(MARGIN, y, f"Overview of what is withheld: {title(overview)}", "title")
    y += LINE + 4.0
    yield Label(MARGIN, y, summary(overview), "note")
    y += LINE + 2.0
    yield from legend(MARGIN, y)
    y += LINE - 6.0
    for block in blocks:
        pages = f"{words.counted(len(block.document.pages), 'page')}, {percent(block.document.totals.share)}"
        room = max(12, round(block.columns * CELL_WIDTH / HEADING_CHARACTER) - len(pages) - 4)
        name = _short(block.document.document.name, min(LONGEST, room))
        down = y + block.y + LINE + 4.0
        yield Label(MARGIN + block.x, down, f"{name}: {pages}", "heading")
        for i, page in enumerate(block.document.pages):
            row, column = divmod(i, block.columns)
            yield cell(page, MARGIN + block.x + column * CELL_WIDTH, down + LINE - 4.0 + row * CELL_HEIGHT)
    y = height - MARGIN - LINE * 2
    for line in (
        *words.NOTICE, f"{report.made_at}, log entry {report.head.seq:,}, {report.head.hash}",
    ):
        yield Label(MARGIN, y, line, "note")
        y += LINE


def summary(overview: Overview) -> str:
    """The figures of an overview in a line."""
    totals = overview.totals
    parts = [
        f"{percent(totals.share)} of {words.counted(totals.pages, 'page')} withheld",
        f"{percent(totals.decided_share)} decided", f"on {words.counted(totals.touched, 'page')}",
        words.counted(totals.spans, "span"), f"{totals.undecided:,} undecided",
    ]
    return ", ".join(parts)


def _half(value: float) -> float:
    return round(value * 2.0) / 2.0


def _short(name: str, longest: int = LONGEST) -> str:
    text = shown(name)
    return text if len(text) <= longest else f"{text[:longest - 1]}…"
