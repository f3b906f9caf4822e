"""A page as it is written, with what is withheld on it: for ``woo_pages.py``. Run that; this only draws.

Boxes sit on lines of type as each office sets them: tight or loose, with a code or without, a whole paragraph
as one box or one for each line.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from review_app.domain.geometry import Rect  # noqa: E402

WIDTH, HEIGHT = 595.0, 842.0
KINDS = ("black", "grey", "colour", "outline")
CODES = (
    "5.1.2e",
    "5.1.2.e",
    "5.1.2 e",
    "10.2.e",
    "10.2.g",
    "5.2.1",
    "5.1.1c",
    "5.1.2i",
    "(5.1.2e)",
    "5.1.2e 5.2.1",
    "art. 5.1.2e",
    "11.1",
    "buiten verzoek",
)
PASTEL = (
    (1, 1, 0.45),
    (1, 0.8, 0.4),
    (0.6, 0.82, 1),
    (0.62, 0.9, 0.62),
    (0.98, 0.6, 0.6),
    (0.82, 0.68, 0.96),
    (0.2, 0.45, 0.8),
    (0.75, 0.1, 0.15),
    (0.1, 0.55, 0.3),
    (1, 0.55, 0.75),
    (0.45, 0.8, 0.85),
    (0.9, 0.5, 0.1),
)
FACES = (
    ("helv", "hebo"),
    ("tiro", "tibo"),
    ("cour", "cobo"),
    ("cjk", "hebo"),
    ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    ("dejavu/DejaVuSansCondensed.ttf", "dejavu/DejaVuSansCondensed-Bold.ttf"),
    ("urw-base35/P052-Roman.otf", "urw-base35/P052-Bold.otf"),
    ("urw-base35/URWGothic-Book.otf", "urw-base35/URWGothic-Demi.otf"),
    ("urw-base35/NimbusSansNarrow-Regular.otf", "urw-base35/NimbusSansNarrow-Bold.otf"),
)
_FONTS: dict[str, pymupdf.Font] = {}


def font(name: str) -> pymupdf.Font:
    """A font by the name MuPDF has for it, or from where Debian keeps fonts; else Helvetica."""
    if name not in _FONTS:
        path = [Path("/usr/share/fonts") / sort / name for sort in ("truetype", "opentype")]
        there = [p for p in path if p.is_file()]
        made = (
            pymupdf.Font(fontfile=str(there[0]))
            if there
            else pymupdf.Font(name if "/" not in name else "helv")
        )
        _FONTS[name] = made
    return _FONTS[name]


@dataclass(frozen=True)
class Style:
    """How one office draws its boxes: kind, tone, code and its size, how tightly they sit on the line."""

    kind: str
    fill: tuple[float, float, float]
    line: tuple[float, float, float] | None
    width: float
    ink: tuple[float, float, float]
    codes: str  # none, each, some
    code: str
    code_size: float  # of the type
    up: float  # of the type above the base line, and below it
    down: float
    side: float  # points
    loose: float = 0.0  # points by which each side strays, where boxes are drawn by hand
    mixed: bool = False  # not the same code everywhere


def style(rng: random.Random, kind: str) -> Style:
    black, white = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    line: tuple[float, float, float] | None = None
    width, ink = 0.0, black
    if kind == "black":
        fill, ink = (rng.choice((0.0, 0.0, 0.05, 0.12)),) * 3, white
    elif kind == "grey":
        tone = rng.choice((0.5, 0.6, 0.66, 0.75, 0.8, 0.85, 0.35))
        fill, ink = (tone,) * 3, white if tone < 0.7 and rng.random() < 0.6 else black
        line = black if rng.random() < 0.15 else None
        width = 0.5
    elif kind == "colour":
        fill = rng.choice(PASTEL)
        line = rng.choice((None, None, None, black, (0.7, 0.1, 0.1)))
        width = rng.choice((0.5, 1.0))
        ink = white if sum(fill) < 1.6 else black
    else:
        fill, line = white, rng.choice((black, black, black, (0.35,) * 3, (0.8, 0.1, 0.1), (0.1, 0.2, 0.7)))
        width = rng.choice((0.3, 0.5, 0.75, 1.0, 1.5))
        ink = line if rng.random() < 0.3 else black
    codes = (
        rng.choice(("none", "some", "each"))
        if kind == "black"
        else rng.choice(("none", "each", "each", "some"))
    )
    tight = rng.choice(((0.72, 0.2), (0.8, 0.25), (0.95, 0.3), (0.9, 0.28), (1.02, 0.35)))
    return Style(
        kind,
        fill,
        line,
        width,
        ink,
        codes,
        rng.choice(CODES),
        rng.uniform(0.5, 1.0),
        *tight,
        rng.choice((0.0, 0.5, 1.5)),
        rng.choice((0.0, 0.0, 0.0, 1.2, 2.2)),
        rng.random() < 0.3,
    )


@dataclass
class Sheet:
    """A page that is being written, with the boxes drawn on it."""

    page: pymupdf.Page
    rng: random.Random
    style: Style | None
    face: tuple[str, str]
    size: float
    pitch: float
    left: float
    right: float
    y: float = 72.0
    share: float = 0.1  # of words that are withheld
    boxes: list[tuple[str, Rect]] = field(default_factory=list)
    late: list[Callable[[], None]] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        bold: bool = False,
        size: float = 0.0,
        ink: Sequence[float] = (0, 0, 0),
    ) -> float:
        """Writes, and returns where it ends."""
        face, size = font(self.face[bold]), size or self.size
        writer = pymupdf.TextWriter(self.page.rect, color=tuple(ink))
        writer.append((x, y), words, font=face, fontsize=size)
        writer.write_text(self.page)
        return x + face.text_length(words, size)

    def width(self, words: str, *, bold: bool = False, size: float = 0.0) -> float:
        return font(self.face[bold]).text_length(words, size or self.size)

    def cover(self, x0: float, x1: float, y: float, size: float = 0.0, code: bool = True) -> None:
        """Withholds a stretch of a line."""
        assert self.style is not None
        size, s = size or self.size, self.style
        left, up, right, down = (self.rng.uniform(-0.4, 1.0) * s.loose for _ in range(4))
        place = (x0 - s.side - left, y - s.up * size - up, x1 + s.side + right, y + s.down * size + down)
        self.box(Rect(*place), size, code)

    def box(self, rect: Rect, size: float, code: bool = True) -> None:
        """Draws a box, with its code after everything else: a neighbour must not hide it."""
        s = self.style
        assert s is not None
        place = pymupdf.Rect(*rect.as_list())
        self.late.append(lambda: self.page.draw_rect(place, color=s.line, fill=s.fill, width=s.width))
        self.boxes.append((s.kind, rect))
        if code and (s.codes == "each" or (s.codes == "some" and self.rng.random() < 0.5)):
            small = max(4.5, s.code_size * size)
            printed = self.rng.choice(CODES) if s.mixed else s.code
            long = self.width(printed, size=small)
            if long < rect.width - 1 and small < rect.height * 1.25:
                x = self.rng.choice(
                    (rect.x0 + 1, (rect.x0 + rect.x1 - long) / 2, (rect.x0 + rect.x1 - long) / 2)
                )
                y = (rect.y0 + rect.y1) / 2 + 0.36 * small
                if rect.height > 40 and self.rng.random() < 0.5:
                    y = rect.y0 + 1.1 * small
                self.late.append(lambda: void(self.text(x, y, printed, size=small, ink=s.ink)))

    def prose(self, count: int, *, indent: float = 0.0, share: float | None = None) -> None:
        """Words in lines to the right margin, some stretches of them withheld."""
        share = self.share if share is None else share
        x, hide, start = self.left + indent, 0, 0.0
        gap = self.width(" ")
        for i in range(count):
            item = word(self.rng) + (
                self.rng.choice((".", ",", "", "", "", "", "")) if i < count - 1 else "."
            )
            wide = self.width(item)
            if x + wide > self.right:
                if hide:
                    self.cover(start, x - gap, self.y)
                x, self.y = self.left + indent, self.y + self.pitch
                start = x
                if self.y > HEIGHT - 80:
                    return
            if not hide and self.style and self.rng.random() < share / 4:
                hide, start = self.rng.choice((1, 1, 2, 2, 3, 5, 12, 40)), x
            if hide:
                hide -= 1
                x += wide + gap
                if not hide:
                    self.cover(start, x - gap, self.y)
                continue
            x = self.text(x, self.y, item) + gap
        if hide:
            self.cover(start, x - gap, self.y)
        self.y += self.pitch

    def person(self, x: float, *, mail: bool = True) -> float:
        """A name with its address as mail programs write it; parts withheld close to its signs."""
        name, at = (
            f"{word(self.rng).title()}, {word(self.rng)[:1].upper()}.",
            f"{word(self.rng)}@{word(self.rng)}.nl",
        )
        unit = self.rng.choice(("", "", " - DGA", " (HBJZ)"))
        if x + self.width(name + unit + (f" <{at}>" if mail else "")) > self.right:
            self.y += self.pitch
            x = self.left + 60
        hide = self.style is not None and self.rng.random() < 6 * self.share
        long = self.width(name)
        if hide:
            self.cover(x, x + long, self.y)
            x += long
        else:
            x = self.text(x, self.y, name)
        if unit:
            x = self.text(x, self.y, unit)
        if not mail:
            return x
        x = self.text(x, self.y, " <")
        local, domain = at.split("@")
        if hide and self.rng.random() < 0.6:
            self.cover(x, x + self.width(local), self.y)
            x = self.text(x + self.width(local), self.y, "@" + domain)
        elif hide:
            self.cover(x, x + self.width(at), self.y)
            x += self.width(at)
        else:
            x = self.text(x, self.y, at)
        return self.text(x, self.y, ">")

    def block(self, lines: int, *, indent: float = 0.0) -> None:
        """A whole paragraph withheld: one box, or one for each line, touching or not."""
        s = self.style
        if s is None:
            return self.prose(lines * 9, indent=indent)
        x0, x1 = self.left + indent - 2, self.right + 2
        top = self.y - s.up * self.size
        way = self.rng.choice(("one", "one", "lines", "ragged", "touching"))
        if way == "one" or (way == "touching" and s.kind == "black"):
            self.box(Rect(x0, top, x1, top + lines * self.pitch), self.size)
            self.y += (lines + 1) * self.pitch
            return None
        edge = x1
        for i in range(lines):
            if way == "ragged" or i == lines - 1:
                edge = self.rng.uniform(x0 + 60, x1)
            if way == "lines":
                self.cover(x0, edge, self.y)
            else:  # as tall as the lines are apart; without an outline those of one width are one box
                rect = Rect(x0, top + i * self.pitch, edge, top + (i + 1) * self.pitch)
                last = self.boxes[-1][1] if i else None
                if last and abs(last.x1 - edge) < 6 and s.line is None:
                    self.boxes.pop()
                    whole = Rect(x0, last.y0, max(edge, last.x1), rect.y1)
                    self.box(whole, self.size, code=False)
                else:
                    self.box(rect, self.size)
            self.y += self.pitch
        self.y += self.pitch
        return None


def void(_: object) -> None:
    """Takes what nobody needs."""


_SYLLABLES = (
    "de",
    "ver",
    "ge",
    "ij",
    "en",
    "sch",
    "aan",
    "be",
    "ring",
    "lijk",
    "heid",
    "ont",
    "voor",
    "wer",
    "ken",
    "ster",
    "dam",
    "om",
    "ge",
    "le",
    "den",
    "op",
    "uit",
    "groen",
    "vak",
    "toe",
    "la",
    "gen",
    "mi",
    "nis",
    "te",
    "rie",
)


def word(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((1, 1, 2, 2, 2, 3, 4))))


def title(rng: random.Random, count: int) -> str:
    return " ".join(word(rng).title() for _ in range(count))
