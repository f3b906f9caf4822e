"""Paths, patterns, shadings and forms of a content stream where boxes meet them. Used by ``removal``."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from pikepdf import Array, Name, Stream

from review_app.domain.geometry import Rect
from review_app.engine.geometry import Matrix
from review_app.engine.geometry import moved as moved_rect
from review_app.engine.gstate import IDENTITY, State, back_from, mul, stretch
from review_app.engine.operators import Operand, Unsure, number, numbers
from review_app.engine.paths import (
    Pen,
    Sub,
    bounds_of,
    cut_fill,
    cut_stroke,
    flat,
    holds,
    is_rectangle,
    moved,
    written,
)
from review_app.engine.pdffonts import resource
from review_app.engine.regions import meets
from review_app.engine.relay import Ruled
from review_app.engine.shadings import simple_shading

if TYPE_CHECKING:
    from review_app.engine.removal import Content

MAX_TILES = 2_000
LOW = 40.0
"""Units of user space: a path that is higher is no rule and no ground of a line of type."""

_FILLS = {b"f": b"f", b"F": b"f", b"f*": b"f*", b"B": b"f", b"B*": b"f*", b"b": b"f", b"b*": b"f*"}
_STROKES = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
_CLOSES = frozenset({b"s", b"b", b"b*"})
_FRESH = b"1 w 0 J 0 j 10 M [] 0 d 0 Tc 0 Tw 100 Tz 0 TL 0 Tr 0 Ts"
_NOWHERE = b"-30000 -30000 1 1 re"


def build(subs: list[Sub], operator: bytes, operands: list[Operand]) -> None:
    """Adds a path operator to the path so far.

    Raises:
        Unsure: its numbers are damaged.
    """
    if operator == b"re":
        x, y, w, h = numbers(operands, 4)
        corners = ((x + w, y), (x + w, y + h), (x, y + h))
        subs.append(Sub((x, y), [(p,) for p in corners], True))
        return
    if operator == b"m":
        x, y = numbers(operands, 2)
        subs.append(Sub((x, y)))
        return
    if not subs:
        return  # readers pass over a line that begins nowhere
    sub = subs[-1]
    if operator == b"h":
        sub.closed = True
        return
    if sub.closed:  # a line after ``h`` goes on from where the closed part began
        sub = Sub(sub.start)
        subs.append(sub)
    last = sub.steps[-1][-1] if sub.steps else sub.start
    if operator == b"l":
        x, y = numbers(operands, 2)
        sub.steps.append(((x, y),))
    elif operator == b"c":
        a, b, c, d, e, f = numbers(operands, 6)
        sub.steps.append(((a, b), (c, d), (e, f)))
    else:
        a, b, c, d = numbers(operands, 4)
        sub.steps.append((last, (a, b), (c, d)) if operator == b"v" else ((a, b), (c, d), (c, d)))


def paint(content: Content, operator: bytes, clip: bytes) -> None:
    """Paints and clips with the collected path.

    Raises:
        Unsure: the paint cannot be cut.
    """
    state, page = content.state, content.job.page
    raw = content.path_raw
    here = [moved(s, state.ctm) for s in content.subs]
    whole = bounds_of([p for s in here for p in s.points()]) if here else None
    fill = _FILLS.get(operator)
    stroke = operator in _STROKES
    if content.hidden and (fill or stroke):
        content.cut = True
        fill, stroke, operator = None, False, b"n"
    near = False
    if whole is not None:
        pen = _pen(state)
        reach = pen.half + pen.miter + pen.cap if stroke else 0.0
        seen = whole.inset(-reach - 0.001)
        if not meets(seen, page.crop) and (fill or stroke):
            content.cut = True  # off the page: nobody sees it, programs would find it
            fill, stroke, operator = None, False, b"n"
        near = page.regions.near(seen)
    if whole is None or not near:
        if whole is not None:
            _note(content, here, fill, whole)
        if fill and state.fill_pattern:
            state.fill_pattern.is_used = True
        if stroke and state.stroke_pattern:
            state.stroke_pattern.is_used = True
        if not clip and operator != b"n" and whole is not None and is_rule(content, whole):
            _rule(content, here, operator, b"\n".join([*raw, operator]))
        elif clip or operator != b"n":
            content.out.extend([*raw, *([clip] if clip else []), operator])
        _narrow(state, here, whole, clip)
        return
    if operator in _CLOSES:
        here[-1].closed = True
    _note(content, here, fill, whole)
    parts = _parts(content, here, fill, stroke, whole)
    clipped = _cut_clip(content, here, whole) if clip else None
    if parts is None and clipped is None:
        if clip or operator != b"n":
            content.out.extend([*raw, *([clip] if clip else []), operator])
    else:
        content.cut = True
        content.job.cut_paths += 1
        if parts is None:
            parts = [b"\n".join([*raw, operator])] if operator != b"n" else []
        content.out.extend(parts)
        if clip:
            content.out.extend([clipped if clipped is not None else b"\n".join(raw), clip, b"n"])
    _narrow(state, here, whole, clip)


def _note(content: Content, here: list[Sub], fill: bytes | None, whole: Rect) -> None:
    """Tells what is painted evenly: text of the same colour on it, or under it, is not seen."""
    state = content.state
    colour = None if state.fill_pattern else state.colour
    if fill and colour is not None and len(here) == 1 and is_rectangle(flat(here[0])):
        shown = whole if state.clip is None else whole.intersect(state.clip)
        if not shown.is_empty:
            content.job.page.seen.painted(shown, colour, state.opaque and not state.tangled)


def _narrow(state: State, here: list[Sub], whole: Rect | None, clip: bytes) -> None:
    if clip and whole is not None:
        state.tangled = state.tangled or len(here) != 1 or not is_rectangle(flat(here[0]))
        state.clip = whole if state.clip is None else state.clip.intersect(whole)


def _parts(
    content: Content, here: list[Sub], fill: bytes | None, stroke: bool, whole: Rect
) -> list[bytes] | None:
    """Fill and stroke without what lies in the boxes; None when both stay as they are."""
    state, regions = content.state, content.job.page.regions
    filled = stroked = None
    tiles = None
    back = back_from(state.ctm)
    if fill:
        pattern = state.fill_pattern.source if state.fill_pattern else None
        if pattern is not None and isinstance(pattern, Stream):
            filled = cut_fill(here, regions, even_cover=False)
            if filled is not None and not _shows_whole_cell(content, pattern, whole):
                tiles = _tiles(content, pattern, filled, fill, whole)
        else:
            if pattern is not None:
                simple_shading(pattern.get("/Shading"))
            filled = cut_fill(here, regions, even_cover=pattern is None)
        if tiles is None and state.fill_pattern:
            state.fill_pattern.is_used = True
    runs = None
    if stroke:
        if state.stroke_pattern:
            state.stroke_pattern.is_used = True
        runs = cut_stroke(here, regions, _pen(state), stretch(state.ctm) or 1.0)
        if runs is not None and state.stroke_pattern and isinstance(state.stroke_pattern.source, Stream):
            raise Unsure("a box crosses lines that are drawn with a pattern")
    if filled is None and runs is None:
        return None
    out: list[bytes] = []
    may_follow = is_rule(content, whole)
    if fill:
        if tiles is not None:
            out += tiles
        else:
            subs = here if filled is None else filled
            # Readers draw a rectangle by itself on whole pixels, several in one path with soft edges.
            is_bar = len(here) == 1 and is_rectangle(flat(here[0]))
            for group in [[s] for s in subs] if is_bar else [subs] if subs else []:
                if may_follow:
                    _rule(content, group, fill, written(group, back) + b"\n" + fill)
                else:
                    out += [written(group, back), fill]
    if stroke:
        if runs is None:
            out += [written(here, back), b"S"]
        else:
            stroked = []
            plain = [r for r in runs if r.is_whole or not state.dash]
            for run in plain:
                stroked.append(
                    run.sub if run.is_whole else Sub(run.points[0], [(p,) for p in run.points[1:]])
                )
            if stroked and may_follow:
                _rule(content, stroked, b"S", written(stroked, back) + b"\nS")
            elif stroked:
                out += [written(stroked, back), b"S"]
            for run in runs:
                if not run.is_whole and state.dash:
                    dash = b" ".join(number(v) for v in state.dash)
                    line = written([Sub(run.points[0], [(p,) for p in run.points[1:]])], back)
                    phase = number(state.dash_phase + run.begins)
                    out += [b"q [%s] %s d" % (dash, phase), line, b"S Q"]
    return out


def is_rule(content: Content, whole: Rect) -> bool:
    """True for a path so low that it may be the rule or the ground of a line that may be laid anew."""
    strips = content.job.page.strips
    a, b, c, d = content.state.ctm[:4]
    if strips is None or content.state.fill_pattern or content.state.stroke_pattern or a * d == b * c:
        return False
    return min(whole.width, whole.height) <= LOW and strips.near(whole.inset(-1.0))


def _rule(content: Content, subs: list[Sub], operator: bytes, raw: bytes) -> None:
    rule = Ruled(subs, back_from(content.state.ctm), operator, raw)
    content.job.page.rules.append(rule)
    content.out.append(rule)


def _pen(state: State) -> Pen:
    half = max(state.width * stretch(state.ctm), 0.0) / 2
    return Pen(half, half if state.cap else 0.0, half * max(0.0, state.miter - 1) if state.join == 0 else 0.0)


def _cut_clip(content: Content, here: list[Sub], whole: Rect) -> bytes | None:
    """A clip without its outline in the boxes: the shape of a clip may spell a word."""
    regions = content.job.page.regions
    if len(here) == 1 and is_rectangle(flat(here[0])):
        boxes = [regions.boxes[i] for i in regions.hits(whole)]
        if all(holds(whole, box) for box in boxes):
            return None
    cut = cut_fill(here, regions, even_cover=False)
    if cut is None:
        return None
    return written(cut, back_from(content.state.ctm)) if cut else _NOWHERE


def picture(content: Content, image: Any, raw: bytes, inline: list[Operand] | None = None) -> None:
    """An image object, or an inline image as its entries and bytes; cut where boxes meet it."""
    state = content.state
    shown = moved_rect(Rect(0.0, 0.0, 1.0, 1.0), state.ctm)
    if state.clip is not None:
        shown = shown.intersect(state.clip)
    has_mask = image is not None and any(k in image for k in ("/SMask", "/Mask", "/ImageMask"))
    upright = min(abs(state.ctm[0]), abs(state.ctm[1])) < 1e-6
    solid = state.opaque and upright and not state.tangled and not has_mask and image is not None
    page, images = content.job.page, content.job.images
    if state.clip is not None and shown.is_empty:
        content.cut = True  # clipped away: nobody sees it, programs would find it
        return
    if page.seen.painted(shown, None, solid, is_picture=True):
        content.cut = True
        return
    crop, source = images.window(page, state, image), image
    if image is not None and page.regions.boxes:
        image = images.without_unseen(content.job.pdf, image)
    boxes = images.touched(page, state.ctm, crop)
    if not boxes and image is source:
        content.out.append(raw)
        return
    if image is None:
        assert inline is not None  # one of the two is given
        image = images.from_inline(content.job.pdf, inline[0], inline[1], content.resources)
    made, place = images.cut(content.job.pdf, image, state.ctm, boxes, crop)
    if made is source and source is not None:
        content.out.append(raw)
        return
    content.cut = True
    if made is None:
        return
    drawn = content._do(made)
    if place is not None:
        drawn = b"q " + b" ".join(number(v) for v in place) + b" cm " + drawn + b" Q"
    content.out.append(drawn)


# forms and patterns -------------------------------------------------------------------------------------


def form_content(content: Content, form: Any, state: State) -> Content:
    """A form, drawn in a state; read, not yet decided.

    Raises:
        Unsure: it cannot be read, or not understood.
    """
    from review_app.engine.removal import Content as Inner  # the two call each other

    state.ctm = mul(_matrix(form.get("/Matrix")), state.ctm)
    try:
        edge = moved_rect(Rect.of([float(v) for v in form.BBox]), state.ctm)
    except (AttributeError, TypeError, ValueError):
        raise Unsure("something it draws has no bounds") from None
    state.clip = edge if state.clip is None else state.clip.intersect(edge)
    state.tangled = state.tangled or min(abs(state.ctm[0]), abs(state.ctm[1])) > 1e-6
    resources = form.get("/Resources")
    inner = Inner(
        content.job, content.resources if resources is None else resources, state, content.depth + 1,
        content.hidden,
    )
    return inner.walk(data_of(form))


def data_of(stream: Any) -> bytes:
    """A stream's decoded bytes.

    Raises:
        Unsure: it cannot be decoded.
    """
    try:
        return bytes(stream.read_bytes())
    except (RuntimeError, ValueError):
        raise Unsure("its drawing instructions cannot be decoded") from None


def _matrix(value: Any) -> Matrix:
    if value is None:
        return IDENTITY
    try:
        a, b, c, d, e, f = (float(v) for v in value)
    except (TypeError, ValueError):
        raise Unsure("its drawing instructions are damaged") from None
    return (a, b, c, d, e, f)


def _cell(content: Content, pattern: Any) -> tuple[Matrix, Rect, float, float]:
    try:
        box = Rect.of([float(v) for v in pattern.BBox])
        across, up = abs(float(pattern.XStep)), abs(float(pattern.YStep))
    except (AttributeError, TypeError, ValueError):
        raise Unsure("a pattern on it is damaged") from None
    if not (across > 0 and up > 0):
        raise Unsure("a pattern on it is damaged")
    return mul(_matrix(pattern.get("/Matrix")), content.base), box, across, up


def _places(content: Content, pattern: Any, whole: Rect) -> tuple[range, range]:
    matrix, box, across, up = _cell(content, pattern)
    area = moved_rect(whole.intersect(content.job.page.crop), back_from(matrix))
    columns = range(math.floor((area.x0 - box.x1) / across) + 1, math.ceil((area.x1 - box.x0) / across))
    rows = range(math.floor((area.y0 - box.y1) / up) + 1, math.ceil((area.y1 - box.y0) / up))
    return columns, rows


def _shows_whole_cell(content: Content, pattern: Any, whole: Rect) -> bool:
    """True when a cell is shown whole where no box is: then the pattern holds nothing that is to go."""
    matrix, box, across, up = _cell(content, pattern)
    columns, rows = _places(content, pattern, whole)
    regions, crop = content.job.page.regions, content.job.page.crop
    area = whole.intersect(crop)
    for i, j in itertools.islice(itertools.product(columns, rows), MAX_TILES):
        cell = Rect(box.x0 + i * across, box.y0 + j * up, box.x1 + i * across, box.y1 + j * up)
        place = moved_rect(cell, matrix)
        if holds(area, place) and not regions.near(place):
            return True
    return False


def _tiles(content: Content, pattern: Any, clip: list[Sub], rule: bytes, whole: Rect) -> list[bytes]:
    """A pattern's cells as forms of their own, so that single ones can be changed."""
    from review_app.engine.removal import Use

    state = content.state
    matrix, _, across, up = _cell(content, pattern)
    columns, rows = _places(content, pattern, whole)
    if len(columns) * len(rows) > MAX_TILES:
        raise Unsure("a box meets a pattern of too many cells")
    back = back_from(state.ctm)
    out = content.out
    out += [b"q", written(clip, back) if clip else _NOWHERE, b"W n" if rule == b"f" else b"W* n"]
    # A cell begins as a page does (ISO 32000-1, 8.7.3.1), a form in the state where it is drawn.
    out.append(_FRESH)
    out.append(_plain_colour(content) if int(pattern.get("/PaintType", 1)) == 2 else b"0 g 0 G")
    source = content.job.pdf.make_stream(data_of(pattern))
    for name in ("/BBox", "/Resources"):
        if name in pattern:
            source[name] = pattern[name]
    source.Type, source.Subtype = Name.XObject, Name.Form
    content.job.page.seen.paused += 1  # what a cell paints is seen through the clip alone
    content.job.page.cells += 1
    for i, j in itertools.product(columns, rows):
        place = mul(mul((1.0, 0.0, 0.0, 1.0, i * across, j * up), matrix), back)
        inner = form_content(content, source, State(mul(place, state.ctm)))
        out.append(b"q " + b" ".join(number(v) for v in place) + b" cm")
        out.append(Use(inner, source, content._do, content._do(source)))
        out.append(b"Q")
    content.job.page.seen.paused -= 1
    content.job.page.cells -= 1
    out.append(b"Q")
    return []


def _plain_colour(content: Content) -> bytes:
    """The colour of an uncoloured pattern, for its cells drawn as forms."""
    values = content.state.fill_pattern.values
    named = content.fill_space[-1:]
    space = resource(content.resources, "/ColorSpace", named[0]) if named else None
    plain = {"/DeviceGray": (b"g", b"G"), "/DeviceRGB": (b"rg", b"RG"), "/DeviceCMYK": (b"k", b"K")}
    below = str(space[1]) if isinstance(space, Array) and len(space) > 1 else ""
    if below not in plain:
        raise Unsure("a box meets a pattern in an unknown colour")
    text = b" ".join(number(v) for v in numbers(values, len(values)))
    return b" ".join([text, plain[below][0], text, plain[below][1]])
