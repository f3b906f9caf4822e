"""Letters of removed words that fonts still list although no text uses them (redaction reference 0.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pikepdf

from review_app.domain.verification import Channel, Finding
from review_app.engine.verify_parts import PIKEPDF_ERRORS
from review_app.engine.verify_shown import FontMap, Shown, differences, other_streams, page_streams

_WHOLE = 0.6
_MANY = 30
"""A font of which more than these stay unused was embedded whole: what it lists tells nothing."""


def left_over(pdf: Any, removed: Mapping[str, set[str]]) -> list[Finding]:
    """Fonts that list letters of removed words and use them nowhere.

    Args:
        pdf: the ``pikepdf.Pdf``.
        removed: the characters that were removed, by mark.
    """
    shown = Shown(pdf)
    for data, resources in page_streams(pdf):
        shown.of(data, resources)
    for _, data, resources in other_streams(pdf):
        shown.of(data, resources)
    found = []
    for item in pdf.objects:
        try:
            if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/Font":
                continue
            if item.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2"):
                continue
            font = shown.map_of(item)
            listed = _listed(item, font)
        except PIKEPDF_ERRORS:
            continue
        unused = {code: text for code, text in listed.items() if code not in font.used}
        if len(unused) > _MANY and len(unused) > _WHOLE * len(listed):
            continue
        used = {font.text(code) for code in font.used}
        for mark, chars in removed.items():
            count = sum(1 for text in unused.values() if text and text not in used and text in chars)
            nameless = sum(1 for text in unused.values() if not text) if chars or not removed[mark] else 0
            if count + nameless:
                found.append(Finding(
                    Channel.FONT,
                    "a font still lists letters of removed words" if count
                    else "a font still holds shapes that no text uses",
                    count=count or nameless, mark=mark if count else "", where=f"object {item.objgen[0]}",
                ))
    return list(dict.fromkeys(found))


def _listed(item: Any, font: FontMap) -> dict[int, str]:
    """Codes that the font itself describes, with their letters; empty where it says none."""
    listed = dict(font.stated)
    if item.get("/Subtype") == "/Type3":
        procs = item.get("/CharProcs") or pikepdf.Dictionary()
        for code, name in differences(item).items():
            if "/" + name in procs:
                listed.setdefault(code, font.texts.get(code, ""))
        return listed
    descriptor = item.get("/FontDescriptor")
    if not isinstance(descriptor, pikepdf.Dictionary) or not any(
        descriptor.get(key) is not None for key in ("/FontFile", "/FontFile2", "/FontFile3")
    ):
        return listed
    widths = item.get("/Widths")
    first = int(item.get("/FirstChar", 0))
    for offset, width in enumerate(widths or ()):
        code = first + offset
        if float(width) > 0 and code not in listed:
            listed[code] = font.text(code).strip()
    return {code: text for code, text in listed.items() if text.strip() or code not in (0, 32)}
