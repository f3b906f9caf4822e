"""A drawing as SVG: one file that needs nothing else, or a piece of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from review_app.domain.overview_report import OverviewReport
from review_app.reports.drawing import Box, Cell, Drawing, Label, picture
from review_app.reports.looks import LOOKS, SPACING, TYPES

_FONTS = "DejaVu Sans, Verdana, Arial, sans-serif"
_TURN = {"/": 45, "\\": -45, "|": 0}


def write(report: OverviewReport, out: Path) -> None:
    """Write the picture of an overview as an SVG file.

    Raises:
        OSError: it cannot be written.
    """
    drawing = picture(report)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        head = f"{report.head.seq} {report.head.hash}"
        about = f"<title>{_text(drawing.spoken)}</title><metadata>review-app log head {head}</metadata>\n"
        paper = '<rect width="100%" height="100%" fill="#fff"/>\n'
        file.writelines(_lines(drawing, about + patterns() + paper))


def piece(drawing: Drawing) -> str:
    """A drawing as a piece of a page; the page holds :func:`patterns` once."""
    return "".join(_lines(drawing, f"<title>{_text(drawing.spoken)}</title>\n"))


def patterns() -> str:
    """What areas with lines are filled with."""
    found = []
    for name, look in LOOKS.items():
        if look.lines:
            found.append(
                f'<pattern id="fill-{name}" patternUnits="userSpaceOnUse" width="{SPACING}" '
                f'height="{SPACING}" patternTransform="rotate({_TURN[look.lines]})">'
                f'<rect width="1.6" height="{SPACING}" fill="{look.colour}"/></pattern>'
            )
    return f"<defs>{''.join(found)}</defs>\n"


def _lines(drawing: Drawing, head: str) -> Iterator[str]:
    size = f"{_number(drawing.width)} {_number(drawing.height)}"
    wide, high = size.split()
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {size}" '
        f'role="img" aria-label={quoteattr(_clean(drawing.spoken))} font-family="{_FONTS}">\n{head}'
    )
    for part in drawing.parts:
        if isinstance(part, Cell):
            shapes = "".join(map(_shape, part.shapes))
            yield f"<g><title>{_text(part.spoken)}</title>{shapes}</g>\n"
        else:
            yield f"{_shape(part)}\n"
    yield "</svg>\n"


def _shape(part: Box | Label) -> str:
    if isinstance(part, Label):
        kind = TYPES[part.look]
        bold = ' font-weight="bold"' if kind.is_bold else ""
        middle = ' text-anchor="middle"' if kind.is_centred else ""
        return (
            f'<text x="{_number(part.x)}" y="{_number(part.y)}" font-size="{_number(kind.size)}" '
            f'fill="{kind.colour}"{bold}{middle}>{_text(part.text)}</text>'
        )
    look = LOOKS[part.look]
    fill = f"url(#fill-{part.look})" if look.lines else look.colour
    edge = f' stroke="{look.edge}" stroke-width="0.8"' if look.edge else ""
    width = 1.2 if look.is_thin else part.width
    return (
        f'<rect x="{_number(part.x)}" y="{_number(part.y)}" width="{_number(width)}" '
        f'height="{_number(part.height)}" fill="{fill}"{edge}/>'
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _clean(text: str) -> str:
    """What XML allows; anything else would make the whole file unreadable."""
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
        for c in text
    )


def _text(text: str) -> str:
    return escape(_clean(text))
