"""The removed words as things to look for in bytes and in text, in every form in which they could hide.

Forms of redaction reference 1: as they are, UTF-16, hexadecimal, octal, base64 at each of its three offsets,
reversed. A word of fewer than five letters is looked for as a whole word in text alone: in bytes it would be
found by chance.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache

import numpy as np

from review_app.domain.values import dataclass
from review_app.engine.matcher import HEAD, Matcher

LONG = 5
"""Letters from which on a word is looked for in bytes (issue: words of five letters and more)."""

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
    annot action
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


def parts(text: str) -> tuple[str, ...]:
    """The words of a phrase that are needles of their own; empty where one of its words is none."""
    words = tuple(_stripped(word) for word in text.split(" "))
    return words if len(words) > 1 and all(letters(word) >= 2 for word in words) else ()


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


class Ignored:
    """Needles that nobody asks for any more: common words stand on every line of a document.

    Made by ``Needles.ignored``; it only grows.
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self.texts: set[str] = set()
        self.dead = np.zeros(len(numbers), dtype=bool)
        self._count = 0
        self._pruned: dict[Matcher, tuple[int, Matcher]] = {}

    def add(self, text: str) -> None:
        """Leaves a needle out from now on."""
        number = self._numbers.get(text)
        if number is not None and not self.dead[number]:
            self.dead[number] = True
            self._count += 1
        self.texts.add(text)

    def find(self, matcher: Matcher, data: bytes) -> Iterator[tuple[int, int]]:
        """What a matcher of all needles finds of the others. It is made anew when many were added: what is
        left out at the end of the search costs time, too."""
        count, pruned = self._pruned.get(matcher, (0, matcher))
        if self._count >= 1.25 * count + 8:
            pruned = matcher.without(self.dead)
            self._pruned[matcher] = self._count, pruned
        return pruned.find(data, self.dead)


class Needles:
    """All that was removed. ``add`` everything, then look for it."""

    def __init__(self) -> None:
        self._by_text: dict[str, Needle] = {}
        self._long: list[Needle] = []
        self._numbers: dict[str, int] = {}
        self._short: dict[str, Needle] = {}
        self._owners: dict[str, tuple[str, ...]] = {}
        self._bytes: Matcher | None = None
        self._text: Matcher | None = None

    def add(self, mark: str, run: str) -> None:
        """A run of removed characters: its words, and the run itself as a phrase where it has several."""
        text = " ".join(folded(run).split())
        words = [_stripped(w) for w in text.split(" ")]
        words = [w for w in words if letters(w) >= 2]
        phrases = [text] if len(words) > 1 and letters(text) >= LONG else []
        for word in [*words, *phrases]:
            needle = self._by_text.get(word)
            if needle is None:
                needle = self._by_text[word] = Needle(word)
            needle.marks.add(mark)

    def all(self) -> list[Needle]:
        """Every needle."""
        return list(self._by_text.values())

    def __len__(self) -> int:
        return len(self._by_text)

    def ready(self) -> None:
        """Call it once all was added. Further ``add`` calls need another ``ready``."""
        self._short = {}
        self._long = []
        for needle in self._by_text.values():
            if needle.is_long:
                self._long.append(needle)
            else:
                self._short[needle.text] = needle
        self._numbers = {needle.text: i for i, needle in enumerate(self._long)}
        self._owners = {}
        self._text = self._bytes = None

    def ignored(self, texts: Iterable[str] = ()) -> Ignored:
        """Needles to leave out when looking."""
        found = Ignored(self._numbers)
        for text in texts:
            found.add(text)
        return found

    def _in_plain(self) -> Matcher:
        if self._text is None:
            plain = {n.text.encode("utf-8", "replace"): i for i, n in enumerate(self._long)}
            self._text = Matcher(list(plain), list(plain.values()))
        return self._text

    def _in_forms(self) -> Matcher:
        if self._bytes is None:
            forms: list[bytes] = []
            owners: list[int] = []
            for number, needle in enumerate(self._long):
                # Two needles may share one: a word that is another one reversed.
                own = sorted(forms_of(needle.text))
                forms += own
                owners += [number] * len(own)
            self._bytes = Matcher(forms, owners)
        return self._bytes

    def in_bytes(
        self, data: bytes, *, syntax: bool = False, ignored: Ignored | None = None
    ) -> Counter[str]:
        """How often each long needle occurs in bytes, in any form.

        Args:
            data: the bytes.
            syntax: also words of the file format (SYNTAX) count.
            ignored: needles that are not asked for.
        """
        numbers = Counter(number for number, _ in _found(self._in_forms(), data, ignored))
        found = Counter({self._long[number].text: count for number, count in numbers.items()})
        return found if syntax else Counter({t: c for t, c in found.items() if t not in SYNTAX})

    def in_text(
        self, text: str, *, short: bool = True, ignored: Ignored | None = None
    ) -> Counter[str]:
        """How often each needle occurs in decoded text: long ones anywhere, short ones as whole words."""
        return Counter(found for found, _ in self.places(text, short=short, ignored=ignored))

    def places(
        self, text: str, *, short: bool = True, ignored: Ignored | None = None
    ) -> list[tuple[str, int]]:
        """Each occurrence in decoded text, with the offset of its first character in ``text``.

        The offset is exact where folding keeps the length of the text and within a few characters elsewhere.

        Args:
            text: where to look.
            short: also needles of few letters, as whole words.
            ignored: needles that are not asked for.
        """
        plain = text.casefold()
        if len(plain) != len(text) or not plain.isascii():
            plain = "".join(map(_fold_one, text))
        joined = plain.replace("\r\n", " \n").replace("\n", " ").replace("\r", " ")
        data = joined.encode("utf-8", "replace")
        hits = list(_found(self._in_plain(), data, ignored))
        if hits and not joined.isascii():
            begins = np.cumsum((np.frombuffer(data, dtype=np.uint8) & 0xC0) != 0x80) - 1
            found = [(self._long[number].text, int(begins[at])) for number, at in hits]
        else:
            found = [(self._long[number].text, at) for number, at in hits]
        if self._short and short:
            known = self._short
            asked = known.keys() - ignored.texts if ignored is not None else known.keys()
            if asked:
                found += [(t[0], t.start()) for t in _TOKEN.finditer(joined) if t[0] in asked]
        return found

    def marks_of(self, text: str) -> tuple[str, ...]:
        """The ids of the marks under which a needle stood."""
        known = self._owners.get(text)
        if known is None:
            known = self._owners[text] = tuple(sorted(self._by_text[text].marks))
        return known


def _found(matcher: Matcher, data: bytes, ignored: Ignored | None) -> Iterator[tuple[int, int]]:
    return matcher.find(data) if ignored is None else ignored.find(matcher, data)


def _stripped(word: str) -> str:
    """A word without the signs around it."""
    return word if word.isalnum() else word.strip("".join(c for c in word if not c.isalnum()))


@lru_cache(maxsize=4096)
def _fold_one(char: str) -> str:
    """One character folded to one character, so that offsets stay."""
    small = folded(char)
    return small if len(small) == 1 else char.casefold()[:1] or " "


def forms_of(word: str) -> set[bytes]:
    """Every form of a word, lower case as far as ASCII goes, none shorter than five bytes."""
    found: set[bytes] = set()
    for case in {word, word.upper(), word.title()}:
        first = case.encode("utf-8", "replace")
        plain = {first}
        if not case.isascii():
            for name in ("latin-1", "mac-roman"):
                try:
                    plain.add(case.encode(name))
                except UnicodeEncodeError:
                    continue
        wide = case.encode("utf-16-be", "replace")
        inner = wide.strip(b"\0")  # is the same in both byte orders for Latin letters
        found |= {inner, inner[::-1], wide.hex().encode(), case.encode("utf-16-le", "replace").strip(b"\0")}
        for data in plain:
            found |= {data, data[::-1], data.hex().encode(), b"".join([_OCTAL[b] for b in data])}
            if len(data) >= 6:
                found |= _base64(data)
        found.add(first.hex(" ").encode())
    return {form.lower() for form in found if len(form) >= HEAD}


_OCTAL = [b"\\%03o" % b for b in range(256)]


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

