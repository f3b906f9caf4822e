"""A page that becomes a picture, its lines laid anew before: pixels give widths away as well as numbers do.

A tail that is moved by whole pixels keeps the phase in which its letters fall on them, which tells the width
to a few hundredths of a point (redaction reference 4). So lines are laid anew as text, at steps of 36 points,
and the page is drawn from that. The rest of a line may only move away from what was marked: the marked places
themselves are overwritten in the picture.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

import pikepdf

from review_app.domain.geometry import Rect
from review_app.domain.guessing import Gap
from review_app.domain.marks import Mark
from review_app.domain.values import dataclass
from review_app.engine.flatten import BROKEN
from review_app.engine.geometry import Frame, moved
from review_app.engine.glyphcut import Page
from review_app.engine.mupdf import open_pdf
from review_app.engine.operators import Unsure
from review_app.engine.stretches import along, way

if TYPE_CHECKING:
    from review_app.engine.redact import PagePlan

STEP = 36.0
"""Points: with a raster, steps of 36 keep 94 % of a name's bits (redaction reference 4)."""

_NOT_LAID = "its page becomes a picture, and the line cannot be laid anew before"


@dataclass
class LaidPage:
    """A page to draw from: ``drawable`` a document of that page alone, None where the original is drawn;
    ``boxes`` in page space by rectangle, ``strips`` the lines laid anew, in user space."""

    drawable: Any = None
    boxes: dict[int, Rect] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)
    undefended: dict[str, str] = field(default_factory=dict)
    strips: list[Rect] = field(default_factory=list)

    def close(self) -> None:
        """Gives the memory back."""
        if self.drawable is not None:
            self.drawable.close()


def lay(
    planned: Callable[[float], PagePlan], pdf: pikepdf.Pdf, number: int, frame: Frame,
    marks: Sequence[Mark], gap: Gap,
) -> LaidPage:
    """Lays the lines of a page anew, as far as its marks ask for it and it can be done.

    Args:
        planned: plans the page with gaps widened to multiples of a step.
        pdf: the working copy; it is as it was afterwards.
        number: the page, from 1.
        frame: its measures.
        marks: its marks.
        gap: the choice for marks that make none.
    """
    if all((mark.gap or gap) is Gap.KEEP for mark in marks):
        return LaidPage()
    wanted = [mark.id for mark in marks if (mark.gap or gap) is not Gap.KEEP]
    try:
        plan = planned(STEP)
        assert plan.page is not None and plan.content is not None  # a planned page was walked
        defended = plan.defended
        if not defended.boxes:
            return LaidPage(gaps=dict(defended.gaps), undefended=dict(defended.refused))
        if defended.extended or _meets_marks(plan.page):
            return _kept(wanted)
        data = plan.content.written()
        drawable = _alone(pdf, number, data, plan.content.all_resources())
    except Unsure:
        return _kept(wanted)
    except BROKEN:
        return _kept(wanted)
    boxes = {i: moved(box, frame.to_page) for i, box in defended.boxes.items()}
    return LaidPage(
        drawable, boxes, dict(defended.gaps), dict(defended.refused), list(defended.strips)
    )


def _kept(wanted: Sequence[str]) -> LaidPage:
    return LaidPage(undefended=dict.fromkeys(wanted, _NOT_LAID), gaps=dict.fromkeys(wanted, Gap.KEEP))


def _meets_marks(page: Page) -> bool:
    """True when a letter that stays would come to stand in a marked place."""
    for glyph in page.glyphs:
        if glyph.laid is not None and not glyph.gone and glyph.text.strip():
            x, y = way(glyph)
            by = glyph.laid - along(glyph)
            r = glyph.rect
            if abs(by) > 0.01 and page.regions.near(
                Rect(r.x0 + by * x, r.y0 + by * y, r.x1 + by * x, r.y1 + by * y)
            ):
                return True
    return False


def _alone(pdf: pikepdf.Pdf, number: int, data: bytes, resources: Any) -> Any:
    """The page with other content, as a document of its own, open for drawing."""
    page = pdf.pages[number - 1]
    before = {key: page.obj[key] for key in ("/Contents", "/Resources") if key in page.obj}
    out = io.BytesIO()
    try:
        page.obj.Contents = pdf.make_stream(data)
        page.obj.Resources = resources
        with pikepdf.new() as one:
            one.pages.append(page)
            one.save(out)
    finally:
        for key in ("/Contents", "/Resources"):
            if key in before:
                page.obj[key] = before[key]
            elif key in page.obj:
                del page.obj[key]
    return open_pdf(out.getvalue())
