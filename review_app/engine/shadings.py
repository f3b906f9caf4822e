"""Shadings of a content stream where boxes meet them. Used by ``removal`` and ``painting``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pikepdf import Dictionary, Stream

from review_app.domain.geometry import Rect
from review_app.engine.geometry import moved as moved_rect
from review_app.engine.gstate import back_from
from review_app.engine.operators import Operand, Unsure
from review_app.engine.paths import Sub, cut_fill, written
from review_app.engine.pdffonts import resource

if TYPE_CHECKING:
    from review_app.engine.removal import Content


def shade(content: Content, raw: bytes, operands: list[Operand]) -> None:
    """``sh``: paints all of the clip; what lies in the boxes is left out.

    Raises:
        Unsure: the shading is a mesh, whose corners may draw letters.
    """
    if content.hidden:
        content.cut = True
        return
    state, page = content.state, content.job.page
    whole = page.crop if state.clip is None else state.clip.intersect(page.crop)
    if whole.is_empty or not page.regions.near(whole):
        content.out.append(raw)
        return
    shading = resource(content.resources, "/Shading", operands[-1]) if operands else None
    extent = _extent(shading)
    if extent is not None and not page.regions.near(moved_rect(extent, state.ctm).inset(-1.0)):
        content.out.append(raw)
        return
    simple_shading(shading)
    corners = ((whole.x1, whole.y0), (whole.x1, whole.y1), (whole.x0, whole.y1))
    area = Sub((whole.x0, whole.y0), [(p,) for p in corners], True)
    cut = cut_fill([area], page.regions, even_cover=False)
    content.cut = True
    content.job.cut_paths += 1
    if cut:
        content.out += [b"q", written(cut, back_from(state.ctm)), b"W n", raw, b"Q"]


def simple_shading(shading: Any) -> None:
    """Passes shadings that say nothing but how colours change.

    Raises:
        Unsure: it is a mesh, or none at all.
    """
    if not isinstance(shading, Dictionary | Stream):
        raise Unsure("it uses a shading that is not in the file")
    if int(shading.get("/ShadingType", 0)) not in (1, 2, 3):
        raise Unsure("a box meets a shading made of a mesh")


def _extent(shading: Any) -> Rect | None:
    """Where a mesh lies, in its own space: it has no point outside of its /Decode (ISO 32000-1, 8.7.4.5)."""
    try:
        if isinstance(shading, Stream) and int(shading.get("/ShadingType", 0)) in (4, 5, 6, 7):
            x0, x1, y0, y1 = (float(v) for v in list(shading.Decode)[:4])
            return Rect(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    except (AttributeError, TypeError, ValueError):
        pass
    return None
