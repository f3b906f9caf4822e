"""Entries and resources of a release copy that it has no use for: what may stay is listed, nothing else."""

from __future__ import annotations

import re
from typing import Any

import pikepdf

from review_app.domain.verification import Channel, Finding
from review_app.engine.verify_parts import Anatomy
from review_app.engine.verify_streams import PIKEPDF_ERRORS

_CATALOG = {"/Type", "/Pages", "/Outlines", "/Lang", "/Version", "/Info"}
_TREE = {"/Type", "/Kids", "/Count", "/Parent"}
_PAGE = {
    "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox",
    "/Contents", "/Rotate", "/UserUnit", "/Group", "/Annots",
}
_TRAILER = {
    "/Root", "/Size", "/ID", "/Info", "/Prev", "/XRefStm", "/Type", "/W", "/Index", "/Length", "/Filter",
    "/DecodeParms", "/Encrypt",
}
_INFO = {"/Producer", "/Creator", "/CreationDate", "/ModDate", "/Trapped"}
_IMAGE = {
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask",
    "/Mask", "/Decode", "/Interpolate", "/SMask", "/SMaskInData", "/Matte", "/Length", "/Filter",
    "/DecodeParms", "/Name",
}
_TOLD = {
    "/AcroForm", "/Names", "/AF", "/OCProperties", "/PieceInfo", "/Threads", "/Dests", "/Perms", "/DSS",
    "/SpiderInfo", "/Thumb", "/Collection",
}
"""Other checks tell of these in words of their own."""


def strange_keys(anatomy: Anatomy) -> list[Finding]:
    """Entries that no page needs: what is not on the list of what may stay may say anything (V7)."""
    pdf = anatomy.pdf
    found: list[Finding] = []

    def look(item: Any, may: set[str], where: str, page: int = 0) -> None:
        try:
            strange = set(item.keys()) - may
        except PIKEPDF_ERRORS:
            return
        strange -= _TOLD
        if strange:
            what = "it holds entries that a release copy has no use for"
            found.append(Finding(Channel.METADATA, what, page=page, count=len(strange), where=where))

    look(pdf.Root, _CATALOG, "Catalog")
    look(pdf.trailer, _TRAILER, "trailer")
    for holder in (pdf.trailer, pdf.Root):
        info = _get(holder, "/Info")
        if info is not None:
            look(info, _INFO, "Info")
    for number, page in enumerate(pdf.pages, 1):
        look(page.obj, _PAGE, "Page", number)
        node = _get(page.obj, "/Parent")
        for _ in range(50):
            if node is None:
                break
            if number == 1:
                look(node, _TREE | {"/Resources", "/MediaBox", "/CropBox", "/Rotate"}, "Pages")
            node = _get(node, "/Parent")
    for part in anatomy.parts:
        if part.is_live and part.kind == "/Image":
            item = pdf.get_object((part.number, 0))
            look(item, _IMAGE, f"object {part.number}")
    return found


def undrawn(pdf: Any) -> list[Finding]:
    """Pictures, forms and patterns in the resources of a page that its content never names."""
    count, first = 0, 0
    for number, page in enumerate(pdf.pages, 1):
        try:
            resources = _get(page.obj, "/Resources")
            named: set[str] = set()
            for kind in ("/XObject", "/Pattern"):
                named |= {str(k) for k in dict(_get(resources, kind) or {})}
            if not named:
                continue
            contents = page.obj.get("/Contents")
            streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            data = b" ".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))
            own = {m.decode("latin-1") for m in _NAMED.findall(data)}
            lost = {n for n in named if n not in own and n.isascii()}
            if lost and not _is_inherited_by_forms(resources):
                count, first = count + len(lost), first or number
        except PIKEPDF_ERRORS:
            continue
    if not count:
        return []
    what = "a picture, form or pattern that no page draws"
    return [Finding(Channel.UNREFERENCED, what, page=first, count=count, where="Resources")]


_NAMED = re.compile(rb"/[^\s/<>\[\](){}%]+")


def _is_inherited_by_forms(resources: Any) -> bool:
    """True where a form without resources of its own may draw what the page has."""
    forms = _get(resources, "/XObject") or {}
    return any(f.get("/Subtype") == "/Form" and f.get("/Resources") is None for f in dict(forms).values())


def _get(item: Any, key: str) -> Any:
    """An entry of a dictionary that may be missing or damaged."""
    try:
        return item.get(key) if item is not None else None
    except PIKEPDF_ERRORS:
        return None
