"""A finished PDF taken apart: objects, streams, and every byte that belongs to neither.

Read by qpdf (pikepdf) and, for what no reader follows (objects nobody refers to, earlier revisions, bytes
between objects), from the raw bytes by a reader of its own.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

import pikepdf

from review_app.domain.errors import InputRefused
from review_app.domain.values import dataclass
from review_app.engine.verify_streams import MAX_CARVED, PIKEPDF_ERRORS, decoded

_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")
_START = re.compile(rb"(?<!end)stream\r?\n")
_OBJECT = re.compile(rb"(\d{1,10})[ \t\r\n]+(\d{1,5})[ \t\r\n]+obj\b")
_STRING = re.compile(rb"<([0-9a-fA-F\s]*)>(?!>)|\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLAIN = {
    b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b"",
}


@dataclass(slots=True)
class Part:
    """A piece of the file.

    ``number`` is its object's number, 0 for bytes outside of objects. ``texts`` are the decoded strings and
    names of its dictionary, ``data`` the decoded bytes of its stream (for a picture only what is no pixel).
    ``kind``: the stream's Type or Subtype. ``is_live`` is False for what the trailer does not lead to.
    """

    number: int
    kind: str = ""
    texts: str = ""
    data: bytes = b""
    is_live: bool = True
    is_stream: bool = False


@dataclass(slots=True)
class Anatomy:
    """The parts of a file.

    ``slack`` are the raw bytes outside of the streams that are known; ``unreferenced`` are streams found in
    the bytes that the file's index does not lead to; ``ends`` are the offsets behind each ``%%EOF``.
    """

    pdf: Any
    raw: bytes
    parts: list[Part] = field(default_factory=list)
    slack: bytes = b""
    unreferenced: list[Part] = field(default_factory=list)
    ends: tuple[int, ...] = ()
    is_encrypted: bool = False
    warnings: tuple[str, ...] = ()

    def close(self) -> None:
        """Gives the memory back."""
        self.pdf.close()

    @property
    def tail(self) -> bytes:
        """What stands behind the last ``%%EOF``, white space left out."""
        return self.raw[self.ends[-1] :].strip() if self.ends else b""


def open_qpdf(raw: bytes, password: str = "") -> Any:
    """``pikepdf.Pdf`` over bytes.

    Raises:
        InputRefused: qpdf cannot make a document of them, or the password is wrong.
    """
    try:
        return pikepdf.open(io.BytesIO(raw), password=password, suppress_warnings=True)
    except PIKEPDF_ERRORS:
        raise InputRefused(
            "The PDF is damaged and cannot be checked", why="its inner structure cannot be followed",
            todo="Get the file again from its source",
        ) from None


def take_apart(raw: bytes, password: str = "") -> Anatomy:
    """All parts of a PDF.

    Raises:
        InputRefused: qpdf cannot open it.
    """
    pdf = open_qpdf(raw, password)
    anatomy = Anatomy(pdf, raw, is_encrypted=bool(pdf.is_encrypted))
    anatomy.ends = tuple(m.end() for m in re.finditer(rb"%%EOF", raw))
    known: set[bytes] = set()
    described: dict[int, bytes] = {}
    for item in pdf.objects:
        number = 0
        try:
            number = item.objgen[0]
            part = _part_of(item, number, described, known)
        except PIKEPDF_ERRORS:
            part = Part(number)
        anatomy.parts.append(part)
    live = _live(pdf, described)
    for part in anatomy.parts:
        part.is_live = part.number in live or part.kind in ("/ObjStm", "/XRef")
    try:
        trailer = pikepdf.Object.unparse(pdf.trailer)
        anatomy.parts.append(Part(0, "trailer", texts_of(trailer)))
    except PIKEPDF_ERRORS:
        pass
    _carve(anatomy, known)
    return anatomy


def _part_of(item: Any, number: int, described: dict[int, bytes], known: set[bytes]) -> Part:
    if not isinstance(item, pikepdf.Stream):
        text = item.unparse(resolved=True) if isinstance(item, pikepdf.Object) else repr(item).encode()
        described[number] = text
        return Part(number, _kind(text), texts_of(text))
    text = item.stream_dict.unparse()
    described[number] = text
    raw = item.read_raw_bytes()
    known.add(_digest(raw))
    kind = _kind(text)
    return Part(number, kind, texts_of(text), decoded(item, raw, kind), is_stream=True)


def _digest(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=12).digest()


_KIND = re.compile(rb"/(?:Type|Subtype) (/[A-Za-z0-9]+)")


def _kind(text: bytes) -> str:
    kinds = [m.decode() for m in _KIND.findall(text[:2000])]
    if "/Image" in kinds:
        return "/Image"
    return kinds[-1] if kinds else ""


def texts_of(described: bytes) -> str:
    """The strings and names of an object as qpdf writes it, decoded, one a line."""
    found: list[str] = []
    if b"(" in described or b"<" in described:
        for match in _STRING.finditer(described):
            if match[1] is not None:
                if match[1]:
                    found.append(text_of(_unhex(match[1])))
            elif match[2]:
                found.append(text_of(unescaped(match[2])))
    found = [text for text in found if text not in _SYSTEM]
    for name in _NAME.findall(described):
        if len(name) >= 2 and not _is_usual(name):
            found.append(_name(name))
    return "\n".join(found)


_USUAL: dict[bytes, bool] = {}


_SHORT_NAMES = """
    a aa ac af ais ap as bc be bg bm bs c ca ci cl co cp cs d da dest dp dr ds dv dw dw2 e ef f fd ff fit fitb
    fith fitr fitv fl ft g h ht i ic id if im irt it ix js k l lang last lc le link lj ll ls lw m mk ml mn n
    next nm nums o ob oc ocgs off on op opi opm p pa pc po prev q qi r rc rd rect ri rt rv s sa sm ss st sv sw
    t tabs ti tm tp tr tu tv u uf uri url v ve view w w2 wp x xfa xref xyz z zoom
    """
_LONG_NAMES = """
    acute alpha alternate arrowdown arrowleft arrowright arrowup avgwidth background baseencoding basefont
    beta bitspercomponent bitspercoordinate bitsperflag blackis1 breve brokenbar capheight caron
    ccittfaxdecode cedilla cidfonttype0 cidfonttype0c cidfonttype2 cidsysteminfo circumflex coords
    currency dagger daggerdbl dctdecode degree delta dieresis divide dotlessi encodedbytealign endofblock
    endofline epsilon equivalence extend extgstate franc gamma germandbls glyphlessfont grave greaterequal
    guillemotleft guillemotright iccbased identity-h identity-v imagemask infinity intent jbig2decode
    jbig2globals jpxdecode kappa lambda leading lessequal logicalnot luminosity macron maxwidth minus
    missingwidth multiply notequal ogonek omega onehalf onequarter openbullet opentype ordfeminine
    ordmasculine painttype paragraph patterntype perceptual periodcentered plusminus registered section
    separation shadingtype sigma standardencoding stemh sterling theta threequarters tilde tilingtype
    trademark type1c userunit verticesperrow visiblespace xheight zeta
    """
_KEYS = frozenset(_SHORT_NAMES.split()) | frozenset(_LONG_NAMES.split())
"""Names of the format, of letters and of what draws them: removed words may be spelled like them."""

STANDARD_FONTS = (
    rb"(?:[A-Z]{6}\+)?(?:Arial|TimesNewRoman|CourierNew|Helvetica|Times|Courier|Symbol|ZapfDingbats|GlyphLessFont"
    rb"|LiberationSans|LiberationSerif|LiberationMono)(?:PS|MT|Neue|-?(?:Bold|Italic|Oblique|Roman|Regular)|,)*"
)
"""Names of the fonts that nearly every file has: "times" and "roman" may be removed words."""

_FONT = re.compile(STANDARD_FONTS + rb"\Z")
_SYSTEM = frozenset({"Adobe", "Identity", "Japan1", "GB1", "CNS1", "Korea1", "KR"})
"""Strings that say what kind of codes a font has."""

_NUMBERED = re.compile(rb"[A-Za-z]{1,3}_?\d{1,4}\Z")
"""Names of fonts, pictures and states in a page's resources: F1, Im12, GS0."""


def _is_usual(name: bytes) -> bool:
    """True for names that are words of the file format, or numbered names that say nothing."""
    known = _USUAL.get(name)
    if known is None:
        from review_app.engine.verify_words import SYNTAX

        small = name.lower().decode("latin-1")
        known = small in SYNTAX or small in _KEYS or bool(_NUMBERED.match(name) or _FONT.match(name))
        if len(_USUAL) < 10_000:
            _USUAL[name] = known
    return known


def _name(name: bytes) -> str:
    plain = re.sub(rb"#([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), name)
    return plain.decode("utf-8", "replace")


def _unhex(digits: bytes) -> bytes:
    clean = bytes(c for c in digits if c > 32)
    return bytes.fromhex((clean + b"0" * (len(clean) % 2)).decode("ascii"))


def unescaped(literal: bytes) -> bytes:
    """A literal string's bytes."""
    if b"\\" not in literal:
        return literal

    def one(match: re.Match[bytes]) -> bytes:
        code = match[1]
        if code[:1] in b"01234567" and code:
            return bytes([int(code, 8) & 255])
        return _PLAIN.get(code, code)

    return _ESCAPE.sub(one, literal)


def text_of(data: bytes) -> str:
    """A text string as readers show it: UTF-16 or UTF-8 with their marks, else one byte a character."""
    if data[:2] == b"\xfe\xff":
        return data[2:].decode("utf-16-be", "replace")
    if data[:2] == b"\xff\xfe":
        return data[2:].decode("utf-16-le", "replace")
    if data[:3] == b"\xef\xbb\xbf":
        return data[3:].decode("utf-8", "replace")
    return data.decode("latin-1")


def _live(pdf: Any, described: dict[int, bytes]) -> set[int]:
    """The numbers of the objects that the trailer leads to."""
    todo = [int(n) for n, _ in _REFERENCE.findall(pikepdf.Object.unparse(pdf.trailer))]
    seen: set[int] = set()
    while todo:
        number = todo.pop()
        if number in seen:
            continue
        seen.add(number)
        todo += [int(n) for n, _ in _REFERENCE.findall(described.get(number, b"")) if int(n) not in seen]
    return seen


def _carve(anatomy: Anatomy, known: set[bytes]) -> None:
    """Splits the raw bytes into streams that are known, streams that are not, and the rest."""
    raw = anatomy.raw
    rest: list[bytes] = []
    at = 0
    for match in _START.finditer(raw):
        if match.start() < at:
            continue
        start = match.end()
        end, is_known = _stream_end(raw, start, known, anatomy.is_encrypted)
        rest.append(raw[at:start])
        if not is_known:
            number = 0
            for before in _OBJECT.finditer(raw, max(at, start - 4000), start):
                number = int(before[1])
            anatomy.unreferenced.append(_carved(raw[start:end], number))
        at = end
    rest.append(raw[at:])
    anatomy.slack = b"\n".join(rest)


def _stream_end(raw: bytes, start: int, known: set[bytes], is_encrypted: bool) -> tuple[int, bool]:
    """Where a stream's data ends, and whether it is one that the file's index leads to."""
    at = start
    for _ in range(8):  # pixels may hold the word by chance
        end = raw.find(b"endstream", at)
        if end < 0:
            return len(raw), is_encrypted
        for stop in {end, end - 1, end - 2}:
            if stop >= start and _digest(raw[start:stop]) in known:
                return end, True
        if is_encrypted:  # the index's own streams are not encrypted, all others are: nothing to compare
            return end, True
        at = end + 9
        if not raw[at : at + 40].lstrip().startswith(b"endobj"):
            continue
        break
    return raw.find(b"endstream", start), False


def _carved(data: bytes, number: int) -> Part:
    try:
        plain = zlib.decompressobj().decompress(data, MAX_CARVED)
    except zlib.error:
        plain = data
    kind = "content" if re.search(rb"\bT[jJ]\b|\bDo\b|\bre\b", plain[:200_000]) else ""
    if re.match(rb"\s*\d+ \d+ \d+ \d+ ", plain[:60]):
        kind = "objects"
    return Part(number, kind, "", plain, is_live=False, is_stream=True)


def revisions(anatomy: Anatomy) -> Iterator[bytes]:
    """The file as it was before each of its updates, oldest first. A linearised file's two ends are one."""
    raw, ends = anatomy.raw, anatomy.ends
    if len(ends) < 2:
        return
    first = 1 if b"/Linearized" in raw[:2048] else 0
    for end in ends[first:-1]:
        if raw[end:].strip():
            yield raw[:end] + b"\n"


def content_numbers(pdf: Any) -> set[int]:
    """Object numbers of what is drawn as a page: its content streams and the forms it draws, at any depth."""
    found: set[int] = set()
    todo: list[Any] = []
    for page in pdf.pages:
        try:
            contents = page.obj.get("/Contents")
            streams: Sequence[Any] = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            found |= {s.objgen[0] for s in streams if isinstance(s, pikepdf.Stream)}
            resources = page.obj.get("/Resources") or _inherited(page.obj)
            todo.append(resources)
        except PIKEPDF_ERRORS:
            continue
    while todo:
        resources = todo.pop()
        try:
            forms = resources.get("/XObject") if resources is not None else None
            for form in dict(forms).values() if forms is not None else ():
                number = form.objgen[0]
                if form.get("/Subtype") == "/Form" and number not in found:
                    found.add(number)
                    todo.append(form.get("/Resources"))
        except PIKEPDF_ERRORS:
            continue
    return found


def _inherited(page: Any) -> Any:
    for _ in range(50):
        page = page.get("/Parent")
        if page is None:
            return None
        if page.get("/Resources") is not None:
            return page.get("/Resources")
    return None
