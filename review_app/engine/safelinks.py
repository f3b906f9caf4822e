"""Links, bookmarks and the language of a document, as far as a release copy may carry them on.

A link stays when it leads to a page of the document or to an http(s) address, its area meets no mark and no
line that was laid anew (its width would tell what it held), its address holds no removed word, and no link of
its page that a mark meets leads to the same address: a link that runs over two lines is two. A bookmark
stays when its title holds none. Where a mark covers something that cannot be read, no address and no title
can be checked: then only links inside the document stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from review_app.domain.geometry import Rect
from review_app.domain.values import dataclass
from review_app.engine.mupdf import MUPDF_ERRORS
from review_app.engine.regions import Regions
from review_app.engine.verify_words import Needles

MAX_ADDRESS = 2_000
MAX_LINKS = 20_000
MAX_TITLE = 300
MAX_TITLES = 10_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?\Z")
"""Language, script, region: further parts may be any word of eight letters."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][^\s<>\"\\]*)?\Z", re.IGNORECASE)
_BAD: tuple[type[Exception], ...] = (
    pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RuntimeError, ArithmeticError,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: its area in user space, and a page (from 0) with the height shown, or an address."""

    rect: Rect
    page: int = -1
    top: float | None = None
    address: str = ""


def links_of(pdf: pikepdf.Pdf) -> dict[int, list[Link]]:
    """The links of each page (from 1) that may stay as far as their target goes."""
    pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    found: dict[int, list[Link]] = {}
    count = 0
    for number, page in enumerate(pdf.pages, start=1):
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, Array) else ():
            try:
                if str(annotation.get("/Subtype")) != "/Link" or int(annotation.get("/F", 0)) & 2:
                    continue
                link = _link(pdf, annotation, pages)
            except _BAD:
                continue
            if link is not None and count < MAX_LINKS:
                count += 1
                found.setdefault(number, []).append(link)
    return found


def _link(pdf: pikepdf.Pdf, annotation: Any, pages: Mapping[tuple[int, int], int]) -> Link | None:
    rect = Rect.of([float(v) for v in annotation.Rect])
    action, target = annotation.get("/A"), annotation.get("/Dest")
    if isinstance(action, Dictionary):
        kind = str(action.get("/S"))
        if kind == "/URI":
            address = str(action.get("/URI"))
            return Link(rect, address=address) if is_plain(address) else None
        if kind != "/GoTo":
            return None
        target = action.get("/D")
    if isinstance(target, String | Name):
        target = _named(pdf, target)
    if isinstance(target, Dictionary):
        target = target.get("/D")
    if not isinstance(target, Array) or not len(target) or not isinstance(target[0], Dictionary):
        return None
    index = pages.get(target[0].objgen)
    if index is None:
        return None
    top = None
    if len(target) > 3 and str(target[1]) == "/XYZ" and target[3] is not None:
        top = float(target[3])
    return Link(rect, index, top)


def is_plain(address: str) -> bool:
    """True for an http(s) address that names a host and nobody."""
    if not 0 < len(address) <= MAX_ADDRESS or not address.isascii() or not address.isprintable():
        return False
    return bool(_ADDRESS.match(address)) and "@" not in unescaped(address)


def unescaped(address: str) -> str:
    """An address with its %XX resolved."""
    raw = re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), address.encode("ascii", "replace"))
    return raw.decode("utf-8", "replace")


def _named(pdf: pikepdf.Pdf, name: Any) -> Any:
    """A named place in the document."""
    if isinstance(name, Name):
        return pdf.Root.get("/Dests", Dictionary()).get(str(name))
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, Dictionary) else None
    return pikepdf.NameTree(tree).get(str(name)) if isinstance(tree, Dictionary) else None


class Checked:
    """What was removed, to check addresses and titles against.

    ``is_blind`` once something was removed that cannot be read.
    """

    def __init__(self) -> None:
        self._needles = Needles()
        self.is_blind = False

    def add(self, mark: str, texts: Iterable[str]) -> None:
        """The stretches that a mark removed."""
        readable = [t for t in texts if any(map(str.isalnum, t)) and "\ufffd" not in t]
        self.is_blind = self.is_blind or not readable
        for text in readable:
            self._needles.add(mark, text)
            self._needles.add(mark, "".join(text.split()))

    def ready(self) -> None:
        """Call it once all was added."""
        self._needles.ready()

    def holds(self, text: str) -> bool:
        """True when a text holds a removed word as it is."""
        return bool(self._needles.in_text(text))

    def is_free(self, text: str) -> bool:
        """True when a text holds no removed word in any form."""
        if self.is_blind:
            return False
        parts = re.sub(r"[\W_]+", " ", text)
        for form in (text, parts, parts.replace(" ", "")):
            data = form.encode("utf-8", "replace")
            if self._needles.in_text(form) or self._needles.in_bytes(data, syntax=True):
                return False
        return True


def add_links(
    pdf: pikepdf.Pdf, links: Mapping[int, Sequence[Link]], blocked: Mapping[int, Sequence[Rect]],
    checked: Checked,
) -> int:
    """Writes the links that may stay; how many there are.

    Args:
        pdf: the new file, all its pages made.
        links: those of the original, by page from 1.
        blocked: areas in user space that no link may meet, by page.
        checked: what was removed.
    """
    kept = 0
    for number, own in links.items():
        regions = Regions(list(blocked.get(number, ())))
        lost = {link.address for link in own if link.address and regions.near(link.rect)}
        made = []
        for link in own:
            if regions.near(link.rect) or link.address in lost:
                continue
            if link.page < 0 and not checked.is_free(unescaped(link.address)):
                continue
            r = link.rect
            entry = Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Border=[0, 0, 0],
                Rect=[round(v, 2) for v in (r.x0, r.y0, r.x1, r.y1)],
            )
            if link.page >= 0:
                page = pdf.pages[link.page].obj
                place = [Name.Fit] if link.top is None else [Name.XYZ, 0, round(link.top, 2), 0]
                entry.Dest = Array([page, *place])
            else:
                entry.A = Dictionary(Type=Name.Action, S=Name.URI, URI=String(link.address))
            made.append(pdf.make_indirect(entry))
        if made:
            pdf.pages[number - 1].obj.Annots = Array(made)
            kept += len(made)
    return kept


def add_titles(pdf: pikepdf.Pdf, document: Any, checked: Checked) -> int:
    """Writes the bookmarks whose titles hold nothing that was removed; how many there are.

    Args:
        pdf: the new file, all its pages made.
        document: the original as ``pymupdf.Document``.
        checked: what was removed.
    """
    try:
        titles = document.get_toc(simple=True)[:MAX_TITLES]
    except MUPDF_ERRORS:
        return 0
    kept = 0
    with pdf.open_outline() as outline:
        stack: list[tuple[int, Any]] = []
        for level, title, page in titles:
            plain = " ".join(str(title).split())
            if not (1 <= page <= len(pdf.pages) and plain.isprintable() and 0 < len(plain) <= MAX_TITLE):
                continue
            if not checked.is_free(plain):
                continue
            item = OutlineItem(plain, page - 1)
            while stack and stack[-1][0] >= level:
                stack.pop()
            (stack[-1][1].children if stack else outline.root).append(item)
            stack.append((level, item))
            kept += 1
    return kept


def language_of(pdf: pikepdf.Pdf) -> str:
    """The language that a document names, empty where it names none in the usual form."""
    try:
        found = str(pdf.Root.get("/Lang", ""))
    except _BAD:
        return ""
    return found if _LANGUAGE.match(found) else ""
