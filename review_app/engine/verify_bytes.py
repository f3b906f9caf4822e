"""The removed words looked for in every part of a file, whatever a reader makes of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from review_app.domain.errors import InputRefused
from review_app.domain.verification import Channel, Finding
from review_app.engine.verify_parts import (
    STANDARD_FONTS,
    Anatomy,
    Part,
    content_numbers,
    open_qpdf,
    revisions,
)
from review_app.engine.verify_shown import Shown, other_streams, page_streams
from review_app.engine.verify_streams import PIKEPDF_ERRORS
from review_app.engine.verify_words import Needles, parts

_WHAT = {
    Channel.OBJECT: "a removed word is left in a string or name of an object",
    Channel.STREAM: "a removed word is left in a stream",
    Channel.BYTES: "a removed word is left in the file's bytes",
    Channel.UNREFERENCED: "a removed word is left in a stream that nothing refers to",
    Channel.REVISION: "a removed word is left in an earlier version of the file",
    Channel.ATTACHMENT: "a removed word is left in an attached file",
    Channel.METADATA: "a removed word is left in the description of the file",
    Channel.FONT: "a removed word is left in a font",
    Channel.HIDDEN_TEXT: "a removed word is left in a form, pattern, mask, annotation or font",
}


class _Hits:
    """Hits by channel, place and mark."""

    def __init__(self, needles: Needles, seen: Mapping[str, int]) -> None:
        self._needles = needles
        self._seen = seen
        self._counts: dict[tuple[Channel, str, str, bool], int] = defaultdict(int)
        self.public = needles.ignored(text for text, count in seen.items() if count)

    def add(self, channel: Channel, where: str, found: Counter[str], *, is_page: bool = False) -> None:
        """Counts hits. On a page's own content a word that is seen unmarked is no hit (told elsewhere), nor
        is a phrase all of whose words are: they stand at both sides of what was removed between them, and the
        page as readers give it is searched for the phrase beside this."""
        for text, count in found.items():
            words = parts(text) if is_page else ()
            elsewhere = bool(self._seen.get(text)) or (len(words) > 1 and all(map(self._seen.get, words)))
            if elsewhere and is_page:
                continue
            for mark in self._needles.marks_of(text):
                self._counts[channel, where, mark, not elsewhere or channel in _NEVER] += count

    def findings(self) -> list[Finding]:
        """One for each channel, place and mark."""
        return [
            Finding(
                channel, _WHAT[channel] + ("" if leak else "; it also stands on a page, unmarked"), leak,
                count=count, mark=mark, where=where,
            )
            for (channel, where, mark, leak), count in self._counts.items()
        ]


_NEVER = {Channel.UNREFERENCED, Channel.REVISION}
"""What stands here was on a page before: that a word stands unmarked elsewhere excuses nothing."""


def search(anatomy: Anatomy, shown: Shown, needles: Needles, seen: Mapping[str, int]) -> list[Finding]:
    """Every removed word that is left somewhere.

    Args:
        anatomy: the finished file.
        shown: its text as fonts read it; all of it is read here.
        needles: the removed words.
        seen: how often each needle stands unmarked on a page where people see it: there it is no leak.
    """
    hits = _Hits(needles, seen)
    pages = content_numbers(anatomy.pdf)
    everything = "\n".join(part.texts for part in anatomy.parts if part.texts)
    has_texts = bool(
        needles.in_text(everything) or needles.in_bytes(everything.encode("utf-8", "replace"), syntax=True)
    )
    for part in anatomy.parts:
        where = f"object {part.number}" if part.number else "trailer"
        if part.texts and has_texts:  # most files have none: one search instead of thousands
            hits.add(_channel(part), where, needles.in_text(part.texts))
            hits.add(_channel(part), where, needles.in_bytes(part.texts.encode("utf-8", "replace")))
        if part.data:
            is_page = part.number in pages
            public = hits.public if is_page else None
            found = needles.in_bytes(_unframed(part.data), ignored=public)
            if found and (is_page or part.kind in ("/Form", "content")):
                found = _as_text(found, part.data, needles)
            hits.add(_stream_channel(part), where, found, is_page=is_page)
    hits.add(Channel.BYTES, "bytes", needles.in_bytes(_unframed(_FRAME.sub(b" ", anatomy.slack))))
    for part in anatomy.unreferenced:
        hits.add(Channel.UNREFERENCED, f"object {part.number}", needles.in_bytes(part.data))
    _search_shown(anatomy, shown, needles, hits, pages)
    for number, data in enumerate(revisions(anatomy), 1):
        _search_revision(data, number, needles, hits)
    return hits.findings()


_FRAME = re.compile(rb"\b(?:startxref|trailer|endstream|endobj)\b")  # `start` may be a removed word

_CMAP_WORDS = re.compile(
    rb"\b(?:findresource|defineresource|currentdict|CIDInit|ProcSet|CMapName|CMapType|CIDSystemInfo|(?:begin|end)"
    rb"(?:cmap|codespacerange|bfchar|bfrange|cidchar|cidrange))\b"
)


_KEYS = re.compile(
    rb"/(?:Resources|Contents|MediaBox|Parent|Pages?|Kids|Count|Catalog|Group|Transparency|Rotate|UserUnit|Fonts?"
    rb"|FontDescriptor|FontName|FontBBox|BaseFont|Encoding|Differences|Widths|FirstChar|LastChar|ItalicAngle|Ascent"
    rb"|Descent|CapHeight|ToUnicode|DescendantFonts|Supplement|Ordering|Registry|ColorSpace|Pattern|Shading|Function"
    rb"|Domain|Range|Matrix|Image|Form|Width|Height|Filter|Length|Decode|DecodeParms|Columns|Colors|Predictor|Subtype"
    rb"|XObject|ExtGState|Interpolate|Intent|ObjStm|First|Index|Flags|CIDSystemInfo|CIDFontType[02]C?|Type1C|OpenType"
    rb"|BitsPerComponent|BitsPerCoordinate|BitsPerFlag|MissingWidth|AvgWidth|MaxWidth|Leading|XHeight|StemH|StemV"
    rb"|BaseEncoding|StandardEncoding|Identity-[HV]|ImageMask|Separation|ICCBased|Alternate|Perceptual|Luminosity"
    rb"|Multiply|ShadingType|PatternType|PaintType|TilingType|Background|Extend|Coords|(?:CCITTFax|DCT|JPX|JBIG2|Flate)"
    rb"Decode|Annots?|Link|Action|Border|Outlines|Title|" + STANDARD_FONTS + rb")\b"
)


_OPERANDS = re.compile(
    rb"(\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)|%[^\r\n]*|/[^\s()<>\[\]{}/%]*)"
    rb"|<[0-9A-Fa-f\s]*>|(?<![^\s\[\])>])[-+]?\.?\d[\d.]*(?=[\s\[\](</]|$)", re.DOTALL,
)


def _as_text(found: Counter[str], data: bytes, needles: Needles) -> Counter[str]:
    """What was found in a content stream without what its instructions and its words have by chance: 40005 is
    also a part of a place, and ``named`` read backwards of ``demanded``."""
    in_text = needles.in_bytes(_OPERANDS.sub(_text_alone, data))
    small = data.lower()
    out: Counter[str] = Counter()
    for text, count in found.items():
        if not any(map(str.isalpha, text)):
            count = min(count, in_text[text])
        back = text[::-1].encode("utf-8", "replace")
        if text != text[::-1]:
            around = re.compile(rb"(?<=[a-z])" + re.escape(back) + rb"|" + re.escape(back) + rb"(?=[a-z])")
            count -= len(around.findall(small))
        if count > 0:
            out[text] = count
    return out


def _text_alone(found: re.Match[bytes]) -> bytes:
    """Strings, names and comments of a content stream stay; numbers go, and codes of glyphs: their text is
    looked at as fonts read it."""
    return found[1] or b" "


def _unframed(data: bytes) -> bytes:
    """Without the words of the file format itself: ``current`` or ``resource`` may be a removed word."""
    if b"begincmap" in data[:600]:
        data = _CMAP_WORDS.sub(b" ", data)
    return _KEYS.sub(b" ", data) if b"/Type" in data else data


def _search_shown(
    anatomy: Anatomy, shown: Shown, needles: Needles, hits: _Hits, pages: set[int]
) -> None:
    live = {p.number for p in anatomy.parts if p.is_live}
    public = hits.public  # seen unmarked: on the content of a page they are no hit
    for data, resources in page_streams(anatomy.pdf):
        _, apart = shown.of(data, resources)
        # Pieces of a page are not joined: the end of a line and the start of the next would make words.
        found = needles.in_text(apart, short=False, ignored=public)
        hits.add(Channel.HIDDEN_TEXT, "page", found, is_page=True)
    for number, data, resources in other_streams(anatomy.pdf):
        joined, apart = shown.of(data, resources)
        channel = Channel.HIDDEN_TEXT if number in live else Channel.UNREFERENCED
        for text in dict.fromkeys([apart] if number in pages else [joined, apart]):
            own = public if number in live else None
            found = needles.in_text(text, short=number not in pages, ignored=own)
            hits.add(channel, f"object {number}", found, is_page=number in live)
    for part in anatomy.unreferenced:
        if part.kind == "content":
            for text in dict.fromkeys(shown.of(part.data, None)):
                hits.add(Channel.UNREFERENCED, f"object {part.number}", needles.in_text(text))


def _search_revision(data: bytes, number: int, needles: Needles, hits: _Hits) -> None:
    try:
        pdf = open_qpdf(data)
    except InputRefused:
        return
    try:
        shown = Shown(pdf)
        for stream, resources in page_streams(pdf):
            for text in dict.fromkeys(shown.of(stream, resources)):
                hits.add(Channel.REVISION, f"version {number}", needles.in_text(text))
    except PIKEPDF_ERRORS:
        return
    finally:
        pdf.close()


def _channel(part: Part) -> Channel:
    if not part.is_live:
        return Channel.UNREFERENCED
    return Channel.METADATA if part.kind == "trailer" else Channel.OBJECT


def _stream_channel(part: Part) -> Channel:
    if not part.is_live:
        return Channel.UNREFERENCED
    return {
        "/EmbeddedFile": Channel.ATTACHMENT, "/Metadata": Channel.METADATA, "/XML": Channel.METADATA,
        "/Type1C": Channel.FONT, "/CIDFontType0C": Channel.FONT,
    }.get(part.kind, Channel.STREAM)
