"""Pages with withheld boxes drawn in every way that office programs and redaction tools know, and with what
only looks like one. The truth is known because the page is made here.

Real releases differ; these pages say whether every way of drawing is understood, not how often it occurs.
"""

# ruff: noqa: E501 -- operators of a PDF are easier to read in one line

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pymupdf

WIDTH, HEIGHT = 612.0, 792.0
WORDS = [
    "the", "review", "of", "cable", "traffic", "between", "offices", "shows", "that", "no", "record", "was", "kept", "under", "this", "title", "after", "spring", "when", "staff", "moved", "files", "to", "new", "rooms", "and", "asked", "for", "guidance", "on", "copies", "held", "by", "other", "agencies", "report", "memorandum", "paragraph", "assistant", "secretary", "minister", "delegation", "agreement", "negotiation", "schedule",
]
CODES = ("(b)(1)", "(b)(6)", "(b)(5)", "(b)(7)(C)", "B6", "(b)(3)", "1.4(d)")
BODY = 11.0
PITCH = 14.5
LEFT, RIGHT = 72.0, 540.0

KINDS = ("black", "grey", "light", "colour", "frame", "hatch", "white", "unapplied")
SHAPES = ("rect", "path", "round", "line", "pieces", "image", "square", "freetext", "ink")
HATCHES = ("strokes", "clip", "pattern", "filled")
TURNS = (0, 0, 0, 90, 180, 270)
CROPS = (None, None, (36.0, 40.0, 590.0, 770.0))


@dataclass(frozen=True)
class Made:
    """A box as drawn: its rectangles in page space, and how many characters lie under it."""

    kind: str
    shape: str
    rects: tuple[tuple[float, float, float, float], ...]
    under: int
    code: str
    code_place: str


@dataclass
class Page:
    """A page being made. Coordinates here are those a reader sees before cropping: origin upper left."""

    rng: random.Random
    ops: list[str] = field(default_factory=list)
    late: list[Callable[[pymupdf.Page], None]] = field(default_factory=list)
    boxes: list[Made] = field(default_factory=list)
    images: list[tuple[float, float, float, float, tuple[float, float, float]]] = field(default_factory=list)
    patterns: int = 0

    def text(
        self,
        x: float,
        base: float,
        text: str,
        size: float = BODY,
        colour: tuple[float, ...] = (0.0, 0.0, 0.0),
    ) -> None:
        safe = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        rgb = " ".join(f"{c:.3f}" for c in colour)
        self.ops.append(f"BT {rgb} rg /F1 {size:g} Tf {x:.2f} {HEIGHT - base:.2f} Td ({safe}) Tj ET")

    def path(self, op: str) -> None:
        self.ops.append(f"q {op} Q")


def width_of(text: str, size: float = BODY) -> float:
    return float(pymupdf.get_text_length(text, fontname="helv", fontsize=size))


def rgb(colour: tuple[float, ...], op: str = "rg") -> str:
    return " ".join(f"{c:.3f}" for c in colour) + " " + op


def colour_for(kind: str, rng: random.Random) -> tuple[float, float, float]:
    if kind == "black":
        return (0.0, 0.0, 0.0)
    if kind == "grey":
        g = rng.uniform(0.4, 0.7)
        return (g, g, g)
    if kind == "light":
        g = rng.uniform(0.78, 0.9)
        return (g, g, g)
    if kind == "colour":
        return rng.choice(
            [(0.9, 0.1, 0.1), (0.2, 0.4, 0.9), (1.0, 0.95, 0.2), (0.2, 0.7, 0.3), (0.95, 0.6, 0.8)]
        )
    return (1.0, 1.0, 1.0)


def re(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0:.2f} {HEIGHT - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re"


def draw(
    page: Page,
    kind: str,
    shape: str,
    box: tuple[float, float, float, float],
    colour: tuple[float, float, float],
) -> None:
    """Draws one rectangle of a box."""
    x0, y0, x1, y1 = box
    top, foot = HEIGHT - y0, HEIGHT - y1
    if kind == "hatch":
        hatch(page, shape, box)
        return
    if kind == "unapplied":
        page.late.append(lambda p: p.add_redact_annot(pymupdf.Rect(*box), fill=(0, 0, 0)))
        return
    if kind == "frame":
        if shape == "path":
            page.path(
                f"0 0 0 RG .8 w {x0:.2f} {top:.2f} m {x1:.2f} {top:.2f} l {x1:.2f} {foot:.2f} l {x0:.2f} {foot:.2f} l s"
            )
        elif shape == "rules":
            for a in (
                (x0, y0, x1, y0 + 0.6),
                (x0, y1 - 0.6, x1, y1),
                (x0, y0, x0 + 0.6, y1),
                (x1 - 0.6, y0, x1, y1),
            ):
                page.path(f"0 g {re(*a)} f")
        elif shape == "strokes":
            for a, b, c, d in (
                (x0, top, x1, top),
                (x0, foot, x1, foot),
                (x0, top, x0, foot),
                (x1, top, x1, foot),
            ):
                page.path(f"0 G .7 w {a:.2f} {b:.2f} m {c:.2f} {d:.2f} l S")
        elif shape == "square":

            def square(p: pymupdf.Page) -> None:
                annot = p.add_rect_annot(pymupdf.Rect(*box))
                annot.set_colors(stroke=(0, 0, 0), fill=(1, 1, 1))
                annot.update()

            page.late.append(square)
        elif shape == "filled":
            page.path(f"1 g 0 G .8 w {re(*box)} B")
        else:
            page.path(f"0 0 0 RG .8 w {re(*box)} S")
        return
    fill = rgb(colour)
    if shape == "path":
        page.path(
            f"{fill} {x0:.2f} {top:.2f} m {x1:.2f} {top:.2f} l {x1:.2f} {foot:.2f} l {x0:.2f} {foot:.2f} l h f"
        )
    elif shape == "round":
        r = min(3.0, (y1 - y0) / 3)
        k = r * 0.45
        page.path(
            f"{fill} {x0 + r:.2f} {top:.2f} m {x1 - r:.2f} {top:.2f} l {x1 - k:.2f} {top:.2f} {x1:.2f} {top - k:.2f} {x1:.2f} {top - r:.2f} c "
            f"{x1:.2f} {foot + r:.2f} l {x1:.2f} {foot + k:.2f} {x1 - k:.2f} {foot:.2f} {x1 - r:.2f} {foot:.2f} c "
            f"{x0 + r:.2f} {foot:.2f} l {x0 + k:.2f} {foot:.2f} {x0:.2f} {foot + k:.2f} {x0:.2f} {foot + r:.2f} c "
            f"{x0:.2f} {top - r:.2f} l {x0:.2f} {top - k:.2f} {x0 + k:.2f} {top:.2f} {x0 + r:.2f} {top:.2f} c f"
        )
    elif shape == "line":
        middle = (top + foot) / 2
        page.path(f"{rgb(colour, 'RG')} {y1 - y0:.2f} w {x0:.2f} {middle:.2f} m {x1:.2f} {middle:.2f} l S")
    elif shape == "pieces":
        at = x0
        while at < x1 - 0.1:
            end = min(x1, at + page.rng.uniform(6, 40))
            if x1 - end < 6:
                end = x1
            page.path(f"{fill} {re(at, y0, end, y1)} f")
            at = end + (page.rng.choice([0.0, 0.0, 2.5]) if end < x1 else 0.0)
    elif shape == "image":
        page.images.append((*box, colour))
        page.path(f"{x1 - x0:.2f} 0 0 {y1 - y0:.2f} {x0:.2f} {foot:.2f} cm /Im{len(page.images)} Do")
    elif shape == "square":

        def filled(p: pymupdf.Page) -> None:
            annot = p.add_rect_annot(pymupdf.Rect(*box))
            annot.set_colors(stroke=colour, fill=colour)
            annot.set_border(width=0)
            annot.update()

        page.late.append(filled)
    elif shape == "freetext":

        def typed(p: pymupdf.Page) -> None:
            p.add_freetext_annot(pymupdf.Rect(*box), " ", fill_color=colour, fontsize=8)

        page.late.append(typed)
    elif shape == "ink":

        def inked(p: pymupdf.Page) -> None:
            cap = (y1 - y0) / 2  # the ends are round, and go on by half the width
            annot = p.add_ink_annot([[(x0 + cap, y0 + cap), ((x0 + x1) / 2, y0 + cap), (x1 - cap, y0 + cap)]])
            annot.set_colors(stroke=colour)
            annot.set_border(width=y1 - y0)
            annot.update()

        page.late.append(inked)
    else:
        page.path(f"{fill} {re(*box)} f")


def hatch(page: Page, shape: str, box: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = box
    top, foot = HEIGHT - y0, HEIGHT - y1
    high = top - foot
    lines = []
    at = x0 - high
    while at < x1:
        lines.append(f"{at:.2f} {foot:.2f} m {at + high:.2f} {top:.2f} l")
        at += 3.0
    if shape == "strokes":  # each line cut to the box, a path of its own
        at = x0
        while at + high <= x1:
            page.path(f"0 G 1 w {at:.2f} {foot:.2f} m {at + high:.2f} {top:.2f} l S")
            at += 3.0
    elif shape == "pattern":
        page.path(f"/Pattern cs /P1 scn {re(*box)} f")
    elif shape == "filled":
        page.path(f"{rgb((0.2, 0.2, 0.2))} {re(*box)} f {re(*box)} W n 0.7 G 1 w {' '.join(lines)} S")
    else:
        page.path(f"{re(*box)} W n 0 G 1 w {' '.join(lines)} S")


def shapes_for(kind: str) -> tuple[str, ...]:
    if kind == "hatch":
        return HATCHES
    if kind == "frame":
        return ("rect", "path", "rules", "strokes", "square", "filled")
    if kind == "unapplied":
        return ("redact",)
    if kind == "white":
        return ("rect", "path", "image", "freetext", "pieces")
    return SHAPES


def add_body(page: Page, boxes: int) -> None:
    """Lines of text from top to bottom, some words withheld."""
    rng = page.rng
    y = 120.0
    rows = rng.sample(range(34), min(34, boxes * 2))
    plan = sorted(rows[:boxes])
    row = 0
    while y < 700 and row < 34:
        take = row in plan
        multi = take and rng.random() < 0.2
        y += PITCH * line_of_text(page, y, take, multi)
        row += 1
        if rng.random() < 0.15:
            y += PITCH * 0.6


def line_of_text(page: Page, base: float, take: bool, multi: bool) -> int:
    """Sets a line, and the next where what is withheld runs on into it. Returns how many it took."""
    rng = page.rng
    words: list[str] = []
    x, places = LEFT, []
    while True:
        word = rng.choice(WORDS)
        wide = width_of(word)
        if x + wide > RIGHT:
            break
        words.append(word)
        places.append((x, x + wide))
        x += wide + width_of(" ")
    if not take:
        page.text(LEFT, base, " ".join(words))
        return 1
    kind = rng.choice(KINDS)
    shape = rng.choice(shapes_for(kind))
    leak = rng.random() < 0.5 or kind in ("white", "unapplied")
    if kind == "frame":
        leak = shape in ("square", "filled") and leak
    count = rng.randint(1, min(5, len(words) - 3))
    first = rng.randint(1, len(words) - count - 1)
    colour = colour_for(kind, rng)
    size = BODY
    above, below = rng.uniform(0.78, 0.9) * size, rng.uniform(0.18, 0.26) * size
    x0, x1 = places[first][0] - 1.0, places[first + count - 1][1] + 1.0
    if (kind in ("frame", "hatch") or shape == "ink") and x1 - x0 < 30:
        count = min(len(words) - first - 1, count + 2)
        x1 = places[first + count - 1][1] + 1.0
    for i, word in enumerate(words):
        if leak or not first <= i < first + count:
            page.text(places[i][0], base, word)
    rects = [(x0, base - above, x1, base + below)]
    under = sum(len(w) for w in words[first : first + count]) if leak else 0
    multi = multi and kind != "white"  # white where no text was is nothing that anyone could see
    if multi and kind != "unapplied":
        # To the end of the line, and on from the start of the next.
        rects = [
            (x0, base - above, RIGHT, base + below),
            (LEFT, base - above + PITCH, x0 + 60, base + below + PITCH),
        ]
        if leak:
            extra = words[first + count :]
            under += sum(len(w) for w in extra)
    elif multi:
        page.text(LEFT, base + PITCH, " ".join(words[:-1]))
    if multi and kind != "unapplied":
        if not leak:
            # The words behind stand under the long box: leave them out.
            page.ops = page.ops[: -len(words[first + count :]) or None]
        rest = [w for w in words if width_of(w) < 300]
        at = x0 + 64
        for word in rest:
            if at + width_of(word) > RIGHT:
                break
            page.text(at, base + PITCH, word)
            at += width_of(word) + width_of(" ")
    for rect in rects:
        draw(page, kind, shape, rect, colour)
    code, place = "", ""
    if rng.random() < 0.5 and kind != "unapplied" and shape not in ("square", "freetext", "ink"):
        code = rng.choice(CODES)
        place = rng.choice(["in", "margin"])
        r = rects[0]
        if kind in ("hatch",) or width_of(code, 8) > r[2] - r[0] - 4:
            place = "margin"
        if place == "in":
            white = sum(colour) < 1.2 and kind != "frame"
            page.text(r[0] + 3, base - 0.5, code, 8, (1, 1, 1) if white else (0, 0, 0))
        else:
            page.text(RIGHT + 8, base, code, 8)
    page.boxes.append(Made(kind, shape, tuple(rects), under, code, place))
    return 2 if multi else 1


def add_distractors(page: Page) -> None:
    """What is drawn on pages where nothing is withheld there."""
    rng = page.rng
    chosen = set(
        rng.sample(
            [
                "band",
                "table",
                "chart",
                "checks",
                "form",
                "logo",
                "frame",
                "underline",
                "marker",
                "shade",
                "stamp",
                "plain",
            ],
            4,
        )
    )
    if "band" in chosen:
        page.path(f"0 0 0.4 rg {re(72, 40, 540, 58)} f")
        page.text(80, 53, "QUARTERLY STATUS OF OPEN REQUESTS", 11, (1, 1, 1))
    if "frame" in chosen:
        page.path(f"0 G 1 w {re(30, 30, 582, 762)} S")
    if "logo" in chosen:
        page.path(f"0.1 0.2 0.6 rg {re(500, 66, 536, 102)} f")
    if "stamp" in chosen:
        page.path(f"1 0 0 RG 1.2 w {re(400, 66, 490, 98)} S")
        page.text(405, 80, "RECEIVED", 11, (1, 0, 0))
        page.text(405, 93, "March 4 registry", 8, (1, 0, 0))
    if "underline" in chosen:
        page.path(f"0 G .8 w 80 {HEIGHT - 109:.1f} m 200 {HEIGHT - 109:.1f} l S")
        page.text(80, 107, "Summary of the week")
    if "marker" in chosen:
        page.text(220, 107, "marked by a reader")
        page.late.append(lambda p: p.add_highlight_annot(pymupdf.Rect(220, 97, 310, 110)))
    if "shade" in chosen:
        page.path(f"1 1 0.4 rg {re(318, 97, 392, 110)} f")
        page.text(320, 107, "shaded below")
    if "table" in chosen:
        for column in range(4):
            page.path(f"0.8 0.8 0.8 rg {re(72 + 60 * column, 708, 132 + 60 * column, 720)} f")
            page.text(75 + 60 * column, 717, "Heading", 8)
        for row in range(4):
            page.path(f"0 G .5 w 72 {HEIGHT - 708 - 12 * row} m 312 {HEIGHT - 708 - 12 * row} l S")
        for column in range(5):
            page.path(f"0 G .5 w {72 + 60 * column} {HEIGHT - 708} m {72 + 60 * column} {HEIGHT - 744} l S")
        page.text(75, 729, "41", 8)
    if "chart" in chosen:
        for i in range(5):
            page.path(
                f"0.2 0.4 0.8 rg {re(330 + 18 * i, 745 - 6 * (i + 1) - rng.random() * 4, 342 + 18 * i, 745)} f"
            )
    if "checks" in chosen:
        for i in range(3):
            page.path(f"0 G .8 w {re(430, 708 + 13 * i, 439, 717 + 13 * i)} S")
            page.text(444, 716 + 13 * i, "option", 8)
    if "form" in chosen:
        page.text(480, 716, "Name:", 8)
        page.path(f"0 G .5 w 505 {HEIGHT - 718} m 560 {HEIGHT - 718} l S")


def make(seed: int, pages: int) -> tuple[bytes, list[list[Made]]]:
    """A document of ``pages`` pages and what is withheld on each, in page space."""
    rng = random.Random(seed)
    doc = pymupdf.open()
    truth: list[list[Made]] = []
    for _ in range(pages):
        page = Page(rng)
        add_distractors(page)
        add_body(page, rng.randint(2, 8))
        turn, crop = rng.choice(TURNS), rng.choice(CROPS)
        finish(doc, page, turn, crop)
        dx, dy = (crop[0], crop[1]) if crop else (0.0, 0.0)
        truth.append(
            [
                Made(
                    b.kind,
                    b.shape,
                    tuple((r[0] - dx, r[1] - dy, r[2] - dx, r[3] - dy) for r in b.rects),
                    b.under,
                    b.code,
                    b.code_place,
                )
                for b in page.boxes
            ]
        )
    data = doc.tobytes(garbage=3, deflate=True)
    return data, truth


def finish(
    doc: pymupdf.Document, page: Page, turn: int, crop: tuple[float, float, float, float] | None
) -> None:
    """Puts the page into the document: content turned against ``/Rotate``, so that it is read upright."""
    made = doc.new_page(width=WIDTH, height=HEIGHT)
    font = doc.get_new_xref()
    doc.update_object(font, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    resources = f"<</Font<</F1 {font} 0 R>>"
    if page.images:
        entries = []
        for number, (*_, colour) in enumerate(page.images, 1):
            xref = doc.get_new_xref()
            doc.update_object(
                xref,
                "<</Type/XObject/Subtype/Image/Width 24/Height 8/BitsPerComponent 8/ColorSpace/DeviceRGB>>",
            )
            doc.update_stream(xref, bytes(round(255 * c) for c in colour) * (24 * 8))
            entries.append(f"/Im{number} {xref} 0 R")
        resources += f"/XObject<<{' '.join(entries)}>>"
    pattern = doc.get_new_xref()
    doc.update_object(
        pattern,
        "<</Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 4 4]/XStep 4/YStep 4/Resources<<>>>>",
    )
    doc.update_stream(pattern, b"0 G 1 w 0 0 m 4 4 l S")
    resources += f"/Pattern<</P1 {pattern} 0 R>>>>"
    for late in page.late:  # while the page stands upright, positions are those of the truth
        late(made)
    if turn:
        box = {90: (HEIGHT, WIDTH), 270: (HEIGHT, WIDTH), 180: (WIDTH, HEIGHT)}[turn]
        doc.xref_set_key(made.xref, "MediaBox", f"[0 0 {box[0]} {box[1]}]")
    # Upright content, put through the inverse of the rotation.
    matrix = {
        0: (1, 0, 0, 1, 0, 0),
        90: (0, 1, -1, 0, HEIGHT, 0),
        180: (-1, 0, 0, -1, WIDTH, HEIGHT),
        270: (0, -1, 1, 0, 0, WIDTH),
    }[turn]
    stream = "q " + " ".join(f"{v:g}" for v in matrix) + " cm\n" + "\n".join(page.ops) + "\nQ\n"
    content = doc.get_new_xref()
    doc.update_object(content, "<<>>")
    doc.update_stream(content, stream.encode("latin-1"))
    doc.xref_set_key(made.xref, "Contents", f"{content} 0 R")
    doc.xref_set_key(made.xref, "Resources", resources)
    if turn:
        turn_annotations(doc, made, matrix)
        doc.xref_set_key(made.xref, "Rotate", str(turn))
    if crop is not None:
        x0, y0, x1, y1 = crop
        corners = [(x0, HEIGHT - y0), (x1, HEIGHT - y1)]
        a, b, c, d, e, f = matrix
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        doc.xref_set_key(made.xref, "CropBox", f"[{min(xs):g} {min(ys):g} {max(xs):g} {max(ys):g}]")


def turn_annotations(doc: pymupdf.Document, made: pymupdf.Page, matrix: tuple[float, ...]) -> None:
    """Annotations turned with the content; their appearance is made anew from their own entries."""
    import re as regex

    a, b, c, d, e, f = matrix
    for annot_xref, *_ in made.annot_xrefs():
        for key in ("Rect", "QuadPoints"):
            kind, value = doc.xref_get_key(annot_xref, key)
            if kind != "array":
                continue
            numbers = [float(v) for v in regex.findall(r"-?\d+\.?\d*", value)]
            out = []
            for i in range(0, len(numbers) - 1, 2):
                x, y = numbers[i], numbers[i + 1]
                out += [a * x + c * y + e, b * x + d * y + f]
            if key == "Rect":
                out = [min(out[0], out[2]), min(out[1], out[3]), max(out[0], out[2]), max(out[1], out[3])]
            doc.xref_set_key(annot_xref, key, "[" + " ".join(f"{v:.3f}" for v in out) + "]")
        kind, value = doc.xref_get_key(annot_xref, "AP/N")
        if kind == "xref":
            form = int(value.split()[0])
            kind, old = doc.xref_get_key(form, "Matrix")
            base = (
                [float(v) for v in regex.findall(r"-?\d+\.?\d*", old)]
                if kind == "array"
                else [1, 0, 0, 1, 0, 0]
            )
            p, q, r, s = base[0], base[1], base[2], base[3]
            turned = [p * a + q * c, p * b + q * d, r * a + s * c, r * b + s * d, 0, 0]
            doc.xref_set_key(form, "Matrix", "[" + " ".join(f"{v:g}" for v in turned) + "]")


if __name__ == "__main__":
    import sys
    from pathlib import Path

    Path(sys.argv[1]).write_bytes(make(int(sys.argv[2]), int(sys.argv[3]))[0])
