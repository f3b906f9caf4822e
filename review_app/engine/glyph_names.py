"""Names of glyphs and the characters they stand for, as Adobe's glyph list has them.

PyMuPDF's own two functions speak of Unicode's names ("LATIN CAPITAL LETTER A"); fonts do not.
"""

from __future__ import annotations

import re
from functools import cache

import pymupdf

_LATIN = """
    A AE Aacute Acircumflex Adieresis Agrave Aring Atilde B C Ccedilla D E Eacute Ecircumflex Edieresis
    Egrave Eth Euro F G H I Iacute Icircumflex Idieresis Igrave J K L Lslash M N Ntilde O OE Oacute
    Ocircumflex Odieresis Ograve Oslash Otilde P Q R S Scaron T Thorn U Uacute Ucircumflex Udieresis
    Ugrave V W X Y Yacute Ydieresis Z Zcaron a aacute acircumflex acute adieresis ae agrave ampersand
    aring asciicircum asciitilde asterisk at atilde b backslash bar braceleft braceright bracketleft
    bracketright breve brokenbar bullet c caron ccedilla cedilla cent circumflex colon comma copyright
    currency d dagger daggerdbl degree dieresis divide dollar dotaccent dotlessi e eacute ecircumflex
    edieresis egrave eight ellipsis emdash endash equal eth exclam exclamdown f fi five fl florin four
    fraction g germandbls grave greater guillemotleft guillemotright guilsinglleft guilsinglright h
    hungarumlaut hyphen i iacute icircumflex idieresis igrave j k l less logicalnot lslash m macron minus
    mu multiply n nine ntilde numbersign o oacute ocircumflex odieresis oe ogonek ograve one onehalf
    onequarter onesuperior ordfeminine ordmasculine oslash otilde p paragraph parenleft parenright percent
    period periodcentered perthousand plus plusminus q question questiondown quotedbl quotedblbase
    quotedblleft quotedblright quoteleft quoteright quotesinglbase quotesingle r registered ring s scaron
    section semicolon seven six slash space sterling t thorn three threequarters threesuperior tilde
    trademark two twosuperior u uacute ucircumflex udieresis ugrave underscore v w x y yacute ydieresis
    yen z zcaron zero Delta Omega approxequal infinity integral lessequal greaterequal lozenge notequal
    partialdiff pi product radical summation apple
    """
"""The Latin character set (ISO 32000-1, annex D.2) and what Mac OS Roman has beyond it."""

_SAME = {
    "\u00a0": "\u0020", "\u00ad": "\u002d", "\u03a9": "\u2126", "\u0394": "\u2206", "\u03bc": "\u00b5",
    "\u20ac": "\u00a4",
}
"""Characters drawn by the glyph of another one; Mac OS Roman once had the currency sign for the euro."""


@cache
def character(name: str) -> str:
    """The character of a glyph name; empty where the name says none."""
    if match := re.fullmatch(r"uni([0-9A-F]{4})|u([0-9A-F]{4,6})", name):
        value = int(match[1] or match[2], 16)
        return chr(value) if value < 0x110000 else ""
    value = int(pymupdf.mupdf.fz_unicode_from_glyph_name(name))
    return chr(value) if value not in (0, 0xFFFD) else ""


@cache
def _latin() -> dict[str, str]:
    return {character(name): name for name in _LATIN.split()}


def names_of(char: str) -> set[str]:
    """The names under which a font of Latin letters may keep a character."""
    names = set()
    for one in {char, _SAME.get(char, char)}:
        names.add(f"uni{ord(one):04X}" if ord(one) < 0x10000 else f"u{ord(one):X}")
        if one in _latin():
            names.add(_latin()[one])
    return names
