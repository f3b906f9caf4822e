"""Takes the content under boxes out of a page: text by glyph, paths by cutting, images by overwriting.

A content stream is walked once with its full graphics and text state, through forms, soft masks and tiling
patterns. What nothing touches is passed on as it was; what a box may touch is kept as a question until
the whole page is known (neighbouring lines are told from the line that a box covers), then written. A stream
that is used in several places is copied before it is changed. Whatever cannot be understood ends the work on
the page (:class:`Unsure`): nothing is left standing because it was not recognised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from review_app.domain.values import dataclass
from review_app.engine import operators, painting, shadings
from review_app.engine.flatten import NOTE
from review_app.engine.glyphcut import Page
from review_app.engine.gstate import IDENTITY, State, Text, mul
from review_app.engine.imagecut import ImageCutter
from review_app.engine.layers import Layers
from review_app.engine.operators import Operand, Unsure, numbers
from review_app.engine.paths import Sub
from review_app.engine.pdffonts import Fonts, PdfFont, resource
from review_app.engine.relay import Ruled
from review_app.engine.textops import TextClip, TextOperators
from review_app.engine.textout import Bound, Placing, Shown, Spacing, Writer, ends_here
from review_app.engine.unseen import colour_of

MAX_DEPTH = 24
NOWHERE = b"-30000 -30000 1 1 re W n"
"""A clip far from every page: readers do not agree on what an empty clip means."""

PASSED = frozenset({b"ri", b"i", b"d0", b"d1"})
_DEVICES = {b"/DeviceGray": b"g", b"/DeviceRGB": b"rg", b"/DeviceCMYK": b"k"}
DROPPED = frozenset({b"MP", b"DP"})


@dataclass
class Job:
    """What the streams of one page share."""

    pdf: pikepdf.Pdf
    fonts: Fonts
    layers: Layers
    page: Page
    images: ImageCutter
    cut_paths: int = 0
    names: int = 0
    made: dict[tuple[Any, ...], Any] = field(default_factory=dict)


@dataclass(eq=False)
class Use:
    """A form, pattern cell or soft-mask group as it is drawn in one place, to be written once decided."""

    stream: Content
    source: Any
    write: Callable[[Any], bytes]
    raw: bytes

    @property
    def changed(self) -> bool:
        """True when this place needs a copy of its own."""
        return self.stream.changed


@dataclass(eq=False)
class Pattern:
    """A pattern chosen as colour: written only where something is still painted with it."""

    source: Any
    values: list[Operand]
    raw: bytes
    is_used: bool = False
    changed: bool = False


class Content(TextOperators):
    """One content stream in one place.

    Args:
        job: the page's work.
        resources: the stream's resources.
        state: the graphics state in which it begins.
        depth: how many streams it is nested in.
        hidden: it belongs to a layer that is not shown: all it paints goes.
    """

    def __init__(self, job: Job, resources: Any, state: State, depth: int = 0, hidden: bool = False) -> None:
        if depth > MAX_DEPTH:
            raise Unsure("its drawing instructions are nested too deep")
        self.job = job
        self.resources = resources if isinstance(resources, Dictionary) else Dictionary()
        self.known_fonts: dict[bytes, PdfFont] = {}
        self.state = state
        self.base = state.ctm
        self.depth = depth
        self.cut = False
        self.out: list[
            bytes | Shown | Use | TextClip | Pattern | Placing | Bound | Spacing | Ruled
        ] = []
        self._first_spaces = self.spaces
        self.added: dict[str, dict[str, Any]] = {}
        self._outer_hidden = hidden
        self._saved: list[State] = []
        self._marked: list[bool] = []
        self._foreign = 0
        self.subs: list[Sub] = []
        self.path_raw: list[bytes] = []
        self._clip: bytes = b""
        self.begin_text()

    # walking --------------------------------------------------------------------------------------------

    @property
    def hidden(self) -> bool:
        """True inside a layer that is not shown."""
        return self._outer_hidden or any(self._marked)

    def walk(self, data: bytes) -> Content:
        """Reads the stream.

        Raises:
            Unsure: something in it is not understood.
        """
        for operator, operands in operators.read(data):
            handler = _HANDLERS.get(operator)
            if handler is not None:
                handler(self, operator, operands)
            elif operator in PASSED:
                self.keep(operator, operands)
            elif operator not in DROPPED and not self._foreign:
                raise Unsure("it has drawing instructions that the standard does not know")
        return self

    def keep(self, operator: bytes, operands: list[Operand]) -> None:
        """Passes an operator on as it is."""
        self.out.append(operators.write(operator, operands))

    # graphics state -------------------------------------------------------------------------------------

    def op_save(self, operator: bytes, operands: list[Operand]) -> None:
        """``q``."""
        self._saved.append(self.state.saved())
        self.keep(operator, operands)

    def op_restore(self, operator: bytes, operands: list[Operand]) -> None:
        """``Q``; one too many is left out, as readers do."""
        if self._saved:
            self.state = self._saved.pop()
            self.keep(operator, operands)

    def op_matrix(self, operator: bytes, operands: list[Operand]) -> None:
        """``cm``."""
        a, b, c, d, e, f = numbers(operands, 6)
        self.state.ctm = mul((a, b, c, d, e, f), self.state.ctm)
        self.keep(operator, operands)

    def op_pen(self, operator: bytes, operands: list[Operand]) -> None:
        """``w J j M d``."""
        state = self.state
        if operator == b"d":
            if len(operands) != 2 or not isinstance(operands[0], list):
                raise Unsure("its drawing instructions are damaged")
            state.dash = tuple(numbers(operands[0], len(operands[0])))
            (state.dash_phase,) = numbers(operands[1:], 1)
        else:
            (value,) = numbers(operands, 1)
            if operator == b"w":
                state.width = abs(value)
            elif operator == b"M":
                state.miter = value
            elif operator == b"J":
                state.cap = int(value)
            else:
                state.join = int(value)
        self.keep(operator, operands)

    def op_colour(self, operator: bytes, operands: list[Operand]) -> None:
        """All operators that choose a colour; only patterns matter."""
        pattern = None
        if operator in (b"scn", b"SCN") and operands and operands[-1][:1] == b"/":
            found = resource(self.resources, "/Pattern", operands[-1])
            if not isinstance(found, Dictionary | Stream):
                raise Unsure("it uses a pattern that is not in the file")
            pattern = Pattern(found, operands[:-1], operators.write(operator, operands))
        if operator in (b"CS", b"SCN", b"SC", b"G", b"RG", b"K"):
            self.state.stroke_pattern = pattern
        else:
            self.state.fill_pattern = pattern
            self._fill_colour(operator, operands)
        if operator == b"cs":
            self.fill_space = operands
        if pattern is None:
            self.keep(operator, operands)
        else:
            self.out.append(pattern)

    def _fill_colour(self, operator: bytes, operands: list[Operand]) -> None:
        state = self.state
        if operator == b"cs":
            state.space = operands[-1] if operands else b""
            state.colour = (0.0, 0.0, 0.0) if state.space in _DEVICES else None
            return
        if operator in (b"sc", b"scn"):
            operator = _DEVICES.get(state.space, b"")
        try:
            state.colour = colour_of(operator, [float(o) for o in operands])
        except (TypeError, ValueError):
            state.colour = None

    fill_space: list[Operand] = []  # noqa: RUF012 - replaced, never changed

    def use_patterns(self) -> None:
        """Something is painted that may use the colours chosen, and is seen through the clip."""
        self.job.page.seen.through.update(self.state.windows)
        for pattern in (self.state.fill_pattern, self.state.stroke_pattern):
            if pattern is not None:
                pattern.is_used = True

    def op_gs(self, operator: bytes, operands: list[Operand]) -> None:
        """``gs``: pen, font and soft mask from a dictionary."""
        found = resource(self.resources, "/ExtGState", operands[-1]) if operands else None
        if not isinstance(found, Dictionary):
            raise Unsure("it uses a graphics state that is not in the file")
        state = self.state
        state.width = abs(float(found.get("/LW", state.width)))
        state.cap, state.join = int(found.get("/LC", state.cap)), int(found.get("/LJ", state.join))
        state.miter = float(found.get("/ML", state.miter))
        if isinstance(found.get("/D"), Array):
            dash, phase = found.D
            state.dash, state.dash_phase = tuple(float(v) for v in dash), float(phase)
        if isinstance(found.get("/Font"), Array):
            state.text.font = self.job.fonts.of_object(found.Font[0])
            state.text.size, state.text.named = float(found.Font[1]), b""
        raw = operators.write(operator, operands)
        mask = found.get("/SMask")
        if "/ca" in found:
            state.opaque, state.clear = float(found.ca) >= 0.99, float(found.ca) <= 0.01
        if isinstance(mask, Dictionary) or str(found.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
            state.opaque = False
        if isinstance(mask, Dictionary) and isinstance(mask.get("/G"), Stream):
            self.job.page.seen.paused += 1
            self.job.page.cells += 1
            inner = painting.form_content(self, mask.G, State(state.ctm))
            self.job.page.cells -= 1
            self.job.page.seen.paused -= 1

            def write(group: Any) -> bytes:
                other = copied(found)
                other.SMask = copied(mask)
                other.SMask.G = group
                return self.add("/ExtGState", self.job.pdf.make_indirect(other)) + b" gs"

            self.out.append(Use(inner, mask.G, write, raw))
        else:
            self.out.append(raw)

    # marked content -------------------------------------------------------------------------------------

    def op_begin_marked(self, operator: bytes, operands: list[Operand]) -> None:
        """``BMC BDC``: tags and private data go; a layer that is not shown goes with all it paints."""
        hides = False
        if operator == b"BDC" and operands[:1] == [b"/OC"] and len(operands) == 2:
            if isinstance(operands[1], bytes):
                hides = self.job.layers.hides(resource(self.resources, "/Properties", operands[1]))
            else:
                raise Unsure("a layer on it is described in an unknown way")
        self._marked.append(hides)

    def op_end_marked(self, operator: bytes, operands: list[Operand]) -> None:
        """``EMC``."""
        if self._marked:
            self._marked.pop()

    def op_foreign(self, operator: bytes, operands: list[Operand]) -> None:
        """``BX EX``: what readers may pass over is left out."""
        self._foreign = max(0, self._foreign + (1 if operator == b"BX" else -1))

    # painting -------------------------------------------------------------------------------------------

    def op_path(self, operator: bytes, operands: list[Operand]) -> None:
        """``m l c v y h re``: collected until the path is painted."""
        self.path_raw.append(operators.write(operator, operands))
        painting.build(self.subs, operator, operands)

    def op_clip(self, operator: bytes, operands: list[Operand]) -> None:
        """``W W*``."""
        self._clip = operator

    def op_paint(self, operator: bytes, operands: list[Operand]) -> None:
        """``S s f F f* B B* b b* n``."""
        if operator != b"n":
            self.job.page.seen.through.update(self.state.windows)
        painting.paint(self, operator, self._clip)
        self.subs, self.path_raw, self._clip = [], [], b""

    def op_shading(self, operator: bytes, operands: list[Operand]) -> None:
        """``sh``."""
        self.job.page.seen.through.update(self.state.windows)
        shadings.shade(self, operators.write(operator, operands), operands)

    def op_do(self, operator: bytes, operands: list[Operand]) -> None:
        """``Do``."""
        found = resource(self.resources, "/XObject", operands[-1]) if operands else None
        if not isinstance(found, Stream):
            raise Unsure("it draws something that is not in the file")
        if self.hidden or self.job.layers.hides(found.get("/OC")):
            self.cut = True
            return
        raw = operators.write(operator, operands)
        self.use_patterns()
        kind = found.get("/Subtype")
        if kind == Name.Form:
            if self.tracks:
                self.out.append(Spacing(self.spaces, True))
            state, page = self.state.saved(), self.job.page
            # What a note or field shows was no text of the page: no reader can tell its line anew.
            is_note = operands[-1].startswith(NOTE.encode("ascii"))
            page.cells += is_note
            self.out.append(Use(painting.form_content(self, found, state), found, self._do, raw))
            page.cells -= is_note
        elif kind == Name.Image:
            painting.picture(self, found, raw)
        else:
            raise Unsure("it draws something of an unknown kind")

    def _do(self, made: Any) -> bytes:
        return self.add("/XObject", made) + b" Do"

    def op_inline(self, operator: bytes, operands: list[Operand]) -> None:
        """An inline image; when a box touches it, it becomes an image object."""
        if self.hidden:
            self.cut = True
            return
        self.use_patterns()
        painting.picture(self, None, operators.write(operator, operands), operands)

    # writing --------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """True when this stream cannot stay as it is; ask once the page is decided."""
        return self.cut or any(not isinstance(o, bytes) and o.changed for o in self.out)

    def add(self, category: str, value: Any) -> bytes:
        """A new resource; its name as an operand."""
        known = self.added.setdefault(category, {})
        for name, other in known.items():
            if other is value or (other.is_indirect and other.objgen == value.objgen):
                return name.encode("ascii")
        self.job.names += 1
        name = f"/Rv{self.job.names}"
        while name in self.resources.get(category, Dictionary()):
            name += "x"
        known[name] = value
        return name.encode("ascii")

    def written(self) -> bytes:
        """The stream as it stays. Resources that it needs anew are in ``added`` afterwards."""
        writer = Writer(self._first_spaces, is_sparing=self.tracks)
        for at, item in enumerate(self.out):
            if isinstance(item, bytes):
                writer.plain(item)
            elif isinstance(item, Shown):
                data = item.written(is_last=item.changed and ends_here(self.out, at))
                if data and item.owner is not None:
                    writer.needs(item.needs)
                writer.add(data)
            elif isinstance(item, Bound | Placing):
                writer.add(item.written(), paints=False)
            elif isinstance(item, Ruled):
                writer.add(item.written())
            elif isinstance(item, Spacing):
                if item.is_needed:
                    writer.needs(item.spaces)
            elif isinstance(item, Pattern):
                if item.is_used:
                    writer.add(item.raw)
            elif isinstance(item, TextClip):
                if item.changed:
                    writer.add(NOWHERE, paints=False)
            else:
                writer.add(item.write(self._made(item)) if item.changed else item.raw)
        return b"\n".join([*writer.parts, *[b"Q"] * len(self._saved)])

    def _made(self, use: Use) -> Any:
        data = use.stream.written()
        key = (use.source.objgen, data)
        can_share = not use.stream.added and use.source.is_indirect
        if can_share and key in self.job.made:
            return self.job.made[key]
        made = self.job.pdf.make_stream(data)
        for name, value in use.source.items():
            if name not in ("/Length", "/Filter", "/DecodeParms", "/Resources", "/PatternType", "/PaintType"):
                made[name] = value
        made.Type, made.Subtype = Name.XObject, Name.Form
        made.Resources = use.stream.all_resources()
        if can_share:
            self.job.made[key] = made
        return made

    def all_resources(self) -> Any:
        """The stream's resources with those that were added."""
        found = copied(self.resources)
        for category, more in self.added.items():
            found[category] = copied(found.get(category))
            for name, value in more.items():
                found[category][name] = value
        return found


def copied(source: Any) -> Dictionary:
    """A dictionary of its own with the same entries; an empty one for anything else."""
    return Dictionary(dict(source.items()) if isinstance(source, Dictionary) else {})


_Handler = Callable[[Content, bytes, list[Operand]], None]
_HANDLERS: dict[bytes, _Handler] = {
    b"q": Content.op_save, b"Q": Content.op_restore, b"cm": Content.op_matrix, b"gs": Content.op_gs,
    **dict.fromkeys((b"w", b"J", b"j", b"M", b"d"), Content.op_pen),
    **dict.fromkeys(
        (b"CS", b"cs", b"SC", b"SCN", b"sc", b"scn", b"G", b"g", b"RG", b"rg", b"K", b"k"), Content.op_colour
    ),
    b"BMC": Content.op_begin_marked, b"BDC": Content.op_begin_marked, b"EMC": Content.op_end_marked,
    b"BX": Content.op_foreign, b"EX": Content.op_foreign,
    b"BT": Content.op_begin_text, b"ET": Content.op_end_text, b"Tf": Content.op_font,
    **dict.fromkeys((b"Tc", b"Tw", b"Tz", b"TL", b"Tr", b"Ts"), Content.op_text_state),
    **dict.fromkeys((b"Td", b"TD", b"Tm", b"T*"), Content.op_place),
    **dict.fromkeys((b"Tj", b"TJ", b"'", b'"'), Content.op_show),
    **dict.fromkeys((b"m", b"l", b"c", b"v", b"y", b"h", b"re"), Content.op_path),
    b"W": Content.op_clip, b"W*": Content.op_clip,
    **dict.fromkeys((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"n"), Content.op_paint),
    b"sh": Content.op_shading, b"Do": Content.op_do, b"BI": Content.op_inline,
}


def page_state() -> State:
    """The state in which a page begins."""
    return State(IDENTITY, text=Text())

