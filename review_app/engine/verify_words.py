"""The removed words as things to look for in bytes and in text, in every form in which they could hide.

Forms of redaction reference 1: as they are, UTF-16, hexadecimal, octal, base64 at each of its three offsets,
reversed. A word of fewer than five letters is looked for as a whole word in text alone: in bytes it would be
found by chance.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

LONG = 5
"""Letters from which on a word is looked for in bytes (issue: words of five letters and more)."""

_BITS = 21
_CHUNK = 1 << 20
_TOKEN = re.compile(r"\w+")

# Words of the file format, of character maps and of font programs. In strings and in shown text they are
# looked for like any other; in the rest of a file they say nothing.
_SYNTAX_WORDS = """
    annots array author ascent bbox begincmap beginbfchar beginbfrange begincidrange begincodespacerange
    border bounds catalog charset charprocs cidinit cidsystemname cidtogidmap class cmapname cmaptype colors
    colorspace columns contents count courier creationdate creator cropbox currentdict decode decodeparms
    default defineresource descent descendantfonts devicecmyk devicegray devicergb differences document
    domain encode encoding endbfchar endbfrange endcmap endcodespacerange endobj endstream extends
    fontbbox fontdescriptor fontfile fontfile2 fontfile3 fontmatrix fontname filter findresource first
    firstchar flags flatedecode function functions functiontype group height helvetica identity image
    index indexed info interpolate italicangle keywords kids lastchar length length1 length2 length3
    limits linewidth macromanencoding mask matrix mediabox metadata moddate names normal number
    object objstm ordering outlines pages pagelabels pagemode parent pattern patterns predictor procset
    producer properties range registry resources rotate shading signature smask stemv stream
    struct structparents structtreeroot subject subtype supplement symbol symbolic timesroman times title
    tounicode trailer transparency trapped truetype type type0 type1 type3 unicode usecmap version
    viewerpreferences width widths winansi winansiencoding xobject xstep ystep startxref standard
    adobe begin dictionary private public false true notdef space exclam quotedbl numbersign dollar
    percent ampersand quoteright quotesingle parenleft parenright asterisk comma hyphen period slash
    three seven eight colon semicolon equal greater question bracketleft backslash bracketright
    underscore grave braceleft braceright asciitilde bullet endash emdash quoteleft quotedblleft
    quotedblright ligature copyright regular italic oblique medium light roman bolditalic notice
    fullname familyname weight underlineposition underlinethickness ispostscript postscript
    page font form mask kids size root info name flags times-roman times-bold times-italic times-bolditalic
    helvetica-bold helvetica-oblique helvetica-boldoblique courier-bold courier-oblique courier-boldoblique
    """
SYNTAX = frozenset(_SYNTAX_WORDS.split())


def folded(text: str) -> str:
    """Text as it is compared: compatibility forms, case and soft hyphens made equal."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\u00ad", "")


def letters(text: str) -> int:
    """Letters and digits in a text."""
    return sum(map(str.isalnum, text))


@dataclass(slots=True)
class Needle:
    """A removed word or phrase in compared form, and the marks under which it stood."""

    text: str
    marks: set[str] = field(default_factory=set)

    @property
    def is_long(self) -> bool:
        """True when it is looked for in bytes, too."""
        return letters(self.text) >= (2 if _is_ideographic(self.text) else LONG)


def _is_ideographic(text: str) -> bool:
    return any(0x2E80 <= ord(c) <= 0xD7FF or 0xF900 <= ord(c) <= 0xFAFF for c in text)


class Needles:
    """All that was removed. ``add`` everything, then look for it."""

    def __init__(self) -> None:
        self._by_text: dict[str, Needle] = {}
        self._bytes: Matcher | None = None
        self._text: Matcher | None = None
        self._short: dict[str, Needle] = {}
        self._last: tuple[frozenset[str], Matcher] = (frozenset(), Matcher({}))

    def add(self, mark: str, run: str) -> None:
        """A run of removed characters: its words, and the run itself as a phrase where it has several."""
        text = " ".join(folded(run).split())
        words = [w.strip("".join(c for c in w if not c.isalnum())) for w in text.split(" ")]
        words = [w for w in words if letters(w) >= 2]
        phrases = [text] if len(words) > 1 and letters(text) >= LONG else []
        for word in [*words, *phrases]:
            self._by_text.setdefault(word, Needle(word)).marks.add(mark)

    def all(self) -> list[Needle]:
        """Every needle."""
        return list(self._by_text.values())

    def __len__(self) -> int:
        return len(self._by_text)

    def ready(self) -> None:
        """Builds the tables. Further ``add`` calls need another ``ready``."""
        plain: dict[bytes, Needle] = {}
        forms: dict[bytes, Needle] = {}
        self._short = {}
        for needle in self._by_text.values():
            if not needle.is_long:
                self._short[needle.text] = needle
                continue
            plain[needle.text.encode("utf-8", "replace")] = needle
            for form in forms_of(needle.text):
                forms.setdefault(form, needle)
        self._text = Matcher(plain)
        self._last = (frozenset(), self._text)
        self._bytes = Matcher(forms)

    def in_bytes(self, data: bytes, *, syntax: bool = False) -> Counter[str]:
        """How often each long needle occurs in bytes, in any form.

        Args:
            data: the bytes.
            syntax: also words of the file format (SYNTAX) count.
        """
        assert self._bytes is not None
        found = Counter(n.text for n, _ in self._bytes.find(data))
        return found if syntax else Counter({t: c for t, c in found.items() if t not in SYNTAX})

    def in_text(
        self, text: str, *, short: bool = True, public: frozenset[str] = frozenset()
    ) -> Counter[str]:
        """How often each needle occurs in decoded text: long ones anywhere, short ones as whole words."""
        return Counter(found for found, _ in self.places(text, short=short, public=public))

    def places(
        self, text: str, *, short: bool = True, public: frozenset[str] = frozenset()
    ) -> list[tuple[str, int]]:
        """Each occurrence in decoded text, with the offset of its first character in ``text``.

        The offset is exact where folding keeps the length of the text and within a few characters elsewhere.

        Args:
            text: where to look.
            short: also needles of few letters, as whole words.
            public: needles that nobody asks for any more. Common words stand on every line of a document.
        """
        matcher = self._without(public)
        plain = text.casefold()
        if len(plain) != len(text) or not plain.isascii():
            plain = "".join(_fold_one(c) for c in text)
        joined = plain.replace("\r\n", " \n").replace("\n", " ").replace("\r", " ")
        data = joined.encode("utf-8", "replace")
        found = [
            (needle.text, at if joined.isascii() else len(data[:at].decode("utf-8", "replace")))
            for needle, at in matcher.find(data)
        ]
        if self._short and short:
            for token in _TOKEN.finditer(joined):
                if token[0] in self._short and token[0] not in public:
                    found.append((token[0], token.start()))
        return found

    def _without(self, public: frozenset[str]) -> Matcher:
        assert self._text is not None
        if not public:
            return self._text
        if self._last[0] != public:
            self._last = public, Matcher({
                n.text.encode("utf-8", "replace"): n for n in self._by_text.values()
                if n.is_long and n.text not in public
            })
        return self._last[1]

    def marks_of(self, text: str) -> tuple[str, ...]:
        """The ids of the marks under which a needle stood."""
        return tuple(sorted(self._by_text[text].marks))


def _fold_one(char: str) -> str:
    """One character folded to one character, so that offsets stay."""
    small = folded(char)
    return small if len(small) == 1 else char.casefold()[:1] or " "


def forms_of(word: str) -> set[bytes]:
    """Every form of a word, lower case as far as ASCII goes, none shorter than five bytes."""
    cases = {word, word.upper(), word.title()}
    found: set[bytes] = set()
    for case in cases:
        plain = [case.encode("utf-8", "replace")]
        for name in ("latin-1", "mac-roman"):
            try:
                plain.append(case.encode(name))
            except UnicodeEncodeError:
                continue
        wide = case.encode("utf-16-be", "replace")
        found.add(wide.strip(b"\0"))  # the inner part is the same in both byte orders for Latin letters
        found.add(case.encode("utf-16-le", "replace").strip(b"\0"))
        for data in plain:
            found |= {data, data[::-1], data.hex().encode(), b"".join(b"\\%03o" % b for b in data)}
            if len(data) >= 6:
                found |= _base64(data)
        found |= {wide.hex().encode(), wide.strip(b"\0")[::-1]}
        found.add(b" ".join(b"%02x" % b for b in plain[0]))
    return {form.lower() for form in found if len(form) >= 5}


def _base64(data: bytes) -> set[bytes]:
    """The parts of base64 text that do not depend on what stands before and behind."""
    found = set()
    for lead in range(3):
        text = base64.b64encode(b"\0" * lead + data)
        start = (0, 2, 3)[lead]
        whole = (lead + len(data)) * 8 // 6
        part = text[start:whole]
        if len(part) >= 7:
            found.add(part)
    return found


class Matcher:
    """Looks for many byte strings at once, letter case of ASCII ignored.

    The first five bytes of every pattern are marked in a table; positions whose five bytes are not in it are
    left out with numpy, so that time hardly depends on the number of patterns.
    """

    def __init__(self, patterns: dict[bytes, Needle]) -> None:
        self._size = 5
        self._table = np.zeros(1 << _BITS, dtype=bool)
        self._by_head: dict[bytes, list[tuple[bytes, Needle]]] = defaultdict(list)
        heads: set[bytes] = set()
        self._rare: list[tuple[bytes, Needle]] = []
        for pattern, needle in patterns.items():
            if len(pattern) < self._size:
                self._rare.append((pattern, needle))
                continue
            head = pattern[: self._size]
            heads.add(head)
            self._by_head[head].append((pattern, needle))
        if heads:
            data = np.frombuffer(b"".join(sorted(heads)), dtype=np.uint8).reshape(-1, self._size)
            self._table[_hashes(data.T.astype(np.uint32))] = True

    def find(self, data: bytes) -> Iterable[tuple[Needle, int]]:
        """Each needle found, with the offset of the place."""
        small = data.lower()
        for pattern, needle in self._rare:
            at = small.find(pattern)
            while at >= 0:
                yield needle, at
                at = small.find(pattern, at + 1)
        if not self._by_head or len(small) < self._size:
            return
        array = np.frombuffer(small, dtype=np.uint8)
        for start in range(0, len(array), _CHUNK):
            part = array[start : start + _CHUNK + self._size - 1]
            count = len(part) - self._size + 1
            if count < 1:
                break
            columns = [part[i : i + count].astype(np.uint32) for i in range(self._size)]
            for found in np.flatnonzero(self._table[_hashes(columns)]).tolist():
                place = start + int(found)
                for pattern, needle in self._by_head.get(small[place : place + self._size], ()):
                    if small.startswith(pattern, place):
                        yield needle, place


def _hashes(columns: Iterable[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    value: NDArray[np.uint32] | None = None
    for column in columns:
        value = column if value is None else value * np.uint32(0x01000193) + column
    assert value is not None
    return (value * np.uint32(2654435761)) >> np.uint32(32 - _BITS)
