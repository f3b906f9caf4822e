"""The text operators of a content stream: state, place, strings shown. Used by ``removal``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from review_app.domain.values import dataclass
from review_app.engine import operators
from review_app.engine.geometry import Matrix
from review_app.engine.glyphcut import Glyph, TextRun
from review_app.engine.gstate import IDENTITY, State, mul
from review_app.engine.operators import Operand, Unsure, number, numbers
from review_app.engine.textout import Bound, Placing, Shown, Spaces, Spacing, TextObject

if TYPE_CHECKING:
    from review_app.engine.pdffonts import PdfFont
    from review_app.engine.removal import Job


@dataclass(eq=False)
class TextClip:
    """The end of a text object that clips: when all its letters go, nothing may be seen through it."""

    glyphs: list[Glyph]
    others: bool

    @property
    def changed(self) -> bool:
        """True when nothing is left of the clip."""
        return bool(self.glyphs) and not self.others and all(g.gone for g in self.glyphs)


class TextOperators:
    """Follows the text state and finds the glyphs in question."""

    job: Job
    state: State
    resources: Any
    out: list[Any]
    known_fonts: dict[bytes, PdfFont]

    @property
    def hidden(self) -> bool:
        """True inside a layer that is not shown."""
        raise NotImplementedError

    def keep(self, operator: bytes, operands: list[Operand]) -> None:
        """Passes an operator on as it is."""
        raise NotImplementedError

    def use_patterns(self) -> None:
        """Something is painted that may use the colours chosen, and is seen through the clip."""
        raise NotImplementedError

    def begin_text(self) -> None:
        """No text object yet, or a new one."""
        self._matrix: Matrix = IDENTITY
        self._line: Matrix = IDENTITY
        self._clip_glyphs: list[Glyph] = []
        self._clip_others = False
        self._windows: list[int] = []
        self._object = TextObject()

    @property
    def tracks(self) -> bool:
        """True on a page whose lines may be laid anew."""
        return self.job.page.strips is not None

    @property
    def spaces(self) -> Spaces:
        """The spaces of the text state."""
        text = self.state.text
        return text.char, text.word, text.scale, text.named

    def op_begin_text(self, operator: bytes, operands: list[Operand]) -> None:
        """``BT``."""
        self.begin_text()
        self._bound(operator, operands)

    def _bound(self, operator: bytes, operands: list[Operand]) -> None:
        if self.tracks:
            self.out.append(Bound(self._object, operator))
        else:
            self.keep(operator, operands)

    def op_end_text(self, operator: bytes, operands: list[Operand]) -> None:
        """``ET``."""
        self._bound(operator, operands)
        if self._clip_glyphs or self._clip_others:
            self.state.tangled = True
        self.state.windows += tuple(self._windows)
        if self._clip_glyphs:
            self.out.append(TextClip(self._clip_glyphs, self._clip_others))

    def op_text_state(self, operator: bytes, operands: list[Operand]) -> None:
        """``Tc Tw Tz TL Tr Ts``."""
        (value,) = numbers(operands, 1)
        text = self.state.text
        if operator == b"Tc":
            text.char = value
        elif operator == b"Tw":
            text.word = value
        elif operator == b"Tz":
            text.scale = value / 100
        elif operator == b"TL":
            text.leading = value
        elif operator == b"Ts":
            text.rise = value
        else:
            text.mode = int(value)
        if self.tracks and operator in (b"Tc", b"Tw", b"Tz"):
            self.out.append(Spacing(self.spaces))
        else:
            self.keep(operator, operands)

    def op_font(self, operator: bytes, operands: list[Operand]) -> None:
        """``Tf``."""
        if len(operands) < 2:
            raise Unsure("its drawing instructions are damaged")
        named = operands[-2]
        font = self.known_fonts.get(named) if isinstance(named, bytes) else None
        if font is None:
            font = self.known_fonts[named] = self.job.fonts.of(self.resources, named)
        self.state.text.font = font
        (self.state.text.size,) = numbers(operands, 1)
        self.state.text.named = b" ".join(operands[-2:])
        if self.tracks:
            self.out.append(Spacing(self.spaces))
        else:
            self.keep(operator, operands)

    def op_place(self, operator: bytes, operands: list[Operand]) -> None:
        """``Td TD Tm T*``."""
        instead = b""
        if operator == b"Tm":
            a, b, c, d, e, f = numbers(operands, 6)
            self._line = (a, b, c, d, e, f)
        elif operator == b"T*":
            self._next_line(0.0, -self.state.text.leading)
        else:
            x, y = numbers(operands, 2)
            if operator == b"TD":
                self.state.text.leading = -y
                instead = number(-y) + b" TL"
            self._next_line(x, y)
        self._matrix = self._line
        if self.tracks:
            self.out.append(Placing(self._object, operators.write(operator, operands), instead))
        else:
            self.keep(operator, operands)

    def _next_line(self, x: float, y: float) -> None:
        self._line = mul((1.0, 0.0, 0.0, 1.0, x, y), self._line)
        self._matrix = self._line

    def op_show(self, operator: bytes, operands: list[Operand]) -> None:
        """``Tj TJ ' "``."""
        raw = operators.write(operator, operands)
        before = b""
        if operator == b'"':
            self.state.text.word, self.state.text.char = numbers(operands[:2], 2)
            before = operands[0] + b" Tw " + operands[1] + b" Tc T*"
        elif operator == b"'":
            before = b"T*"
        if before:
            self._next_line(0.0, -self.state.text.leading)
        if not operands:
            raise Unsure("its drawing instructions are damaged")
        if operator == b"TJ":
            if not isinstance(operands[-1], list):
                raise Unsure("its drawing instructions are damaged")
            elements = [_element(e) for e in operands[-1]]
        else:
            elements = [operators.string(operands[-1])]
        font = self.state.text.font
        if font is None:
            if any(elements):
                raise Unsure("it shows text in no font")
            return
        if self.state.text.mode not in (3, 7):
            self.use_patterns()
        start = self._matrix
        run = TextRun(self.job.page, self.state, start, self.hidden)
        items = run.show(font, elements)
        self._matrix = run.matrix
        if self.state.text.mode == 7:
            self._windows.append(run.order)
        clips = self.state.text.mode >= 4
        if items is None:
            self._clip_others = self._clip_others or clips
            if not self.tracks:
                self.out.append(raw)
                return
        shown = Shown(before, items, raw)
        if self.tracks:
            shown.owner, shown.matrix, shown.spaces = self._object, start, self.spaces
            shown.elements = elements
            self._object.strings.append(shown)
        if clips and items is not None:
            self._clip_glyphs += [i for i in items if isinstance(i, Glyph)]
            self._clip_others = self._clip_others or any(isinstance(i, bytes) for i in items)
        self.out.append(shown)


def _element(operand: Operand) -> bytes | float:
    if not isinstance(operand, bytes):
        raise Unsure("its text instructions are damaged")
    if operand[:1] in (b"(", b"<"):
        return operators.string(operand)
    return numbers([operand], 1)[0]
