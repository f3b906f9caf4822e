"""What a finished PDF holds besides its pages: attachments, layers, scripts, forms, revisions, left-overs.

A release copy is built from a list of what may stay, so anything of these kinds fails it. In a file from
elsewhere only what hides content does; the rest is told.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pikepdf

from review_app.domain.verification import Channel, Finding
from review_app.engine.safelinks import is_plain
from review_app.engine.verify_keys import strange_keys, undrawn
from review_app.engine.verify_parts import Anatomy
from review_app.engine.verify_streams import PIKEPDF_ERRORS
from review_app.engine.verify_words import letters


def findings(anatomy: Anatomy, *, is_release: bool) -> list[Finding]:
    """What was found.

    Args:
        anatomy: the file.
        is_release: it is to be a release copy: everything listed here fails it.
    """
    pdf = anatomy.pdf
    found = [*_document(anatomy, is_release), *_annotations(pdf, is_release), *_layers(pdf, is_release)]
    if is_release:
        found += [*strange_keys(anatomy), *_leftovers(anatomy), *undrawn(pdf)]
    return found


def _document(anatomy: Anatomy, is_release: bool) -> list[Finding]:
    root = anatomy.pdf.Root
    names = _get(root, "/Names")
    found: list[Finding] = []

    def tell(channel: Channel, what: str, *, leak: bool, where: str, count: int = 1) -> None:
        found.append(Finding(channel, what, leak, count=count, where=where))

    kinds: Counter[str] = Counter(p.kind for p in anatomy.parts if p.is_live)
    files = kinds["/EmbeddedFile"]
    if files or _get(names, "/EmbeddedFiles") is not None or _get(root, "/AF") is not None:
        tell(Channel.ATTACHMENT, "another file is attached; nobody sees it on a page", leak=True,
             where="attachments", count=max(1, files))
    if _get(root, "/Collection") is not None:
        tell(Channel.ATTACHMENT, "the file is a portfolio of other files", leak=True, where="Collection")
    form = _get(root, "/AcroForm")
    if _get(form, "/XFA") is not None:
        tell(Channel.FORM, "it holds an XFA form, which keeps its own copy of what is filled in",
             leak=is_release, where="AcroForm/XFA")
    others = sum(1 for p in anatomy.parts if p.is_live and "Alternates" in p.texts.split("\n"))
    if others:
        tell(Channel.IMAGE, "a picture has another one behind it that readers may show instead",
             leak=is_release, where="Alternates", count=others)
    fields = _get(form, "/Fields")
    if form is not None and (is_release or (fields is not None and len(fields))):
        tell(Channel.FORM, "it holds form fields", leak=is_release, where="AcroForm")
    scripts = sum(1 for p in anatomy.parts if p.is_live and "JavaScript" in p.texts.split("\n"))
    if scripts or _get(names, "/JavaScript") is not None:
        tell(Channel.SCRIPT, "it holds scripts", leak=is_release, where="JavaScript", count=max(1, scripts))
    for key, what in (("/PieceInfo", "private data of another program"), ("/Threads", "article threads"),
                      ("/Dests", "old named destinations"), ("/Perms", "rights or a signature"),
                      ("/DSS", "data of signatures"), ("/SpiderInfo", "data of a web capture")):
        if _get(root, key) is not None and is_release:
            tell(Channel.METADATA, f"it holds {what}", leak=key != "/Dests", where=f"Catalog{key}")
    private = "private data of another program"
    for key, what in (("/Thumb", "a small picture of a page"), ("/PieceInfo", private)):
        pages = [n for n, page in enumerate(anatomy.pdf.pages, 1) if _get(page.obj, key) is not None]
        if pages:
            found.append(Finding(
                Channel.IMAGE if key == "/Thumb" else Channel.METADATA, f"it holds {what}", is_release,
                page=pages[0], count=len(pages), where=f"Page{key}",
            ))
    return found


def _annotations(pdf: Any, is_release: bool) -> list[Finding]:
    found: list[Finding] = []
    for number, page in enumerate(pdf.pages, 1):
        kinds: Counter[str] = Counter()
        try:
            for annot in _get(page.obj, "/Annots") or ():
                kind = str(annot.get("/Subtype", "")).lstrip("/")
                kinds[kind] += 1
                if kind == "Link" and is_release and not _is_safe(annot):
                    what = "a link that holds more than its target"
                    found.append(Finding(Channel.ANNOTATION, what, page=number))
        except PIKEPDF_ERRORS:
            what = "annotations that cannot be read"
            found.append(Finding(Channel.ANNOTATION, what, is_release, page=number))
        for kind, count in sorted(kinds.items()):
            if kind == "Redact":
                found.append(Finding(
                    Channel.UNAPPLIED, "a redaction mark that nobody applied: what it covers is still there",
                    page=number, count=count,
                ))
            elif kind == "FileAttachment":
                found.append(Finding(
                    Channel.ATTACHMENT, "a file attached to a place on the page", page=number, count=count
                ))
            elif kind != "Link" and is_release:
                what = f"an annotation that is no link ({_plain(kind)})"
                found.append(Finding(Channel.ANNOTATION, what, page=number, count=count))
    return found


_OF_A_LINK = {"/Type", "/Subtype", "/Rect", "/Border", "/Dest", "/A", "/QuadPoints", "/F"}


def _is_safe(link: Any) -> bool:
    """True for a link to a page, or to an http(s) address, with nothing besides."""
    if not set(link.keys()) <= _OF_A_LINK:
        return False
    action = link.get("/A")
    if action is None:
        return isinstance(link.get("/Dest"), pikepdf.Array)
    return set(action.keys()) <= {"/Type", "/S", "/URI"} and is_plain(str(action.get("/URI", "")))


def _plain(kind: str) -> str:
    return kind if kind.isascii() and kind.isalpha() and len(kind) < 20 else "unknown"


def _layers(pdf: Any, is_release: bool) -> list[Finding]:
    properties = _get(pdf.Root, "/OCProperties")
    if properties is None:
        return []
    used = off_groups(pdf) & _used_groups(pdf)
    if used:
        return [Finding(
            Channel.HIDDEN_LAYER, "a hidden layer: any reader can switch it on", count=len(used),
            where="OCProperties",
        )]
    if is_release:
        return [Finding(Channel.HIDDEN_LAYER, "it holds layers", where="OCProperties")]
    return []


def off_groups(pdf: Any) -> set[int]:
    """Object numbers of the layers that are hidden when the file is opened."""
    try:
        properties = pdf.Root.get("/OCProperties")
        if properties is None:
            return set()
        default = properties.get("/D") or pikepdf.Dictionary()
        groups = {g.objgen[0] for g in properties.get("/OCGs") or ()}
        off = {g.objgen[0] for g in default.get("/OFF") or ()}
        on = {g.objgen[0] for g in default.get("/ON") or ()}
        return groups - on if default.get("/BaseState") == "/OFF" else off
    except PIKEPDF_ERRORS:
        return set()


def _used_groups(pdf: Any) -> set[int]:
    """Object numbers of the layers that something on a page, or a picture, form or annotation, belongs to."""
    found: set[int] = set()
    for item in pdf.objects:
        try:
            if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                continue
            direct = item.get("/OC")
            properties = item.get("/Properties")
            resources = item.get("/Resources")
            if properties is None and isinstance(resources, pikepdf.Dictionary):
                properties = resources.get("/Properties")
            named = list(dict(properties).values()) if isinstance(properties, pikepdf.Dictionary) else []
            for group in [direct, *named]:
                if not isinstance(group, pikepdf.Dictionary):
                    continue
                found.add(group.objgen[0])
                members = group.get("/OCGs")
                several = members if isinstance(members, pikepdf.Array) else [members]
                found |= {m.objgen[0] for m in several if isinstance(m, pikepdf.Dictionary)}
        except PIKEPDF_ERRORS:
            continue
    return found


def _leftovers(anatomy: Anatomy) -> list[Finding]:
    """Earlier revisions, objects nobody refers to, bytes outside of objects."""
    found = []
    first = 1 if b"/Linearized" in anatomy.raw[:2048] else 0
    earlier = len(anatomy.ends) - 1 - first
    if earlier > 0:
        found.append(Finding(
            Channel.REVISION, "an earlier version of the file is kept in it", count=earlier, where="bytes"
        ))
    if not anatomy.raw.startswith(b"%PDF-"):
        found.append(Finding(Channel.UNREFERENCED, "bytes before the head of the file", where="bytes"))
    if len(anatomy.tail) > 0:
        found.append(Finding(
            Channel.UNREFERENCED, "bytes behind the end of the file", count=len(anatomy.tail), where="bytes"
        ))
    dead = [p for p in anatomy.parts if not p.is_live and (p.is_stream or letters(p.texts) >= 5)]
    if dead:
        found.append(Finding(
            Channel.UNREFERENCED, "objects that nothing in the file refers to", count=len(dead),
            where=", ".join(f"object {p.number}" for p in dead[:8]),
        ))
    if anatomy.unreferenced:
        found.append(Finding(
            Channel.UNREFERENCED, "streams that the file's index does not lead to",
            count=len(anatomy.unreferenced),
            where=", ".join(f"object {p.number}" for p in anatomy.unreferenced[:8]),
        ))
    return found


def _get(item: Any, key: str) -> Any:
    """An entry of a dictionary that may be missing or damaged."""
    try:
        return item.get(key) if item is not None else None
    except PIKEPDF_ERRORS:
        return None
