"""Decoding: right, or told as a guess, or refused; never wrong in silence."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_app.domain.errors import InputRefused
from review_app.engine import textfile

FRENCH = "Le café était fermé à l’arrivée du délégué; “déjà vu” – coût: 20 £.\nÉtats-Unis, Noël.\n"
FRENCH += "And then a sentence in English, so that accents are as rare as they are in prose.\n"
RUSSIAN = "Привет, это обычный русский текст для проверки кодировки.\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_certain_encodings_come_back_without_a_warning(encoding: str) -> None:
    found = textfile.decode((FRENCH + RUSSIAN).encode(encoding))
    assert "\n".join(found.lines) + "\n" == FRENCH + RUSSIAN
    assert found.warnings == ()


@pytest.mark.parametrize(
    "mark, encoding", [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")]
)
def test_both_byte_orders_are_told_by_their_mark(mark: bytes, encoding: str) -> None:
    assert textfile.decode(mark + FRENCH.encode(encoding)).lines[1] == "États-Unis, Noël."


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_a_told_guess(encoding: str) -> None:
    found = textfile.decode("A plain English sentence.\nAnd one more.\n".encode(encoding))
    assert found.lines == ("A plain English sentence.", "And one more.")
    assert "guessed" in found.warnings[0] and encoding.upper() in found.warnings[0]


@pytest.mark.parametrize("encoding, name", [("cp1252", "Windows-1252"), ("latin-1", "Latin-1")])
def test_western_text_is_a_told_guess(encoding: str, name: str) -> None:
    text = FRENCH if encoding == "cp1252" else FRENCH.translate(str.maketrans("’“”–", '\'""-'))
    found = textfile.decode(text.encode(encoding))
    assert "\n".join(found.lines) + "\n" == text
    assert "guessed" in found.warnings[0] and name in found.warnings[0]


@pytest.mark.parametrize(
    "encoding",
    ["mac_roman", "cp437", "cp850", "koi8-r", "cp1251", "shift_jis", "gb18030", "big5", "euc-kr"],
)
def test_other_encodings_are_refused_and_not_shown_as_mojibake(encoding: str) -> None:
    text = {
        "koi8-r": RUSSIAN,
        "cp1251": RUSSIAN,
        "shift_jis": "これは日本語の文章です。\n" * 4,
        "gb18030": "这是中文文本。\n" * 4,
        "big5": "這是中文文本。\n" * 4,
        "euc-kr": "한국어 문장입니다.\n" * 4,
    }.get(encoding, "Le café était fermé, le délégué aussi; déjà là, près du père.\n")
    with pytest.raises(InputRefused) as caught:
        textfile.decode(text.encode(encoding))
    assert "UTF-8" in caught.value.todo


def test_utf8_read_once_too_often_is_not_taken_for_western() -> None:
    data = "Le café était fermé.\n".encode() + b"\xff"  # one byte makes it invalid, two sequences are too few
    with pytest.raises(InputRefused):
        textfile.decode(data)


def test_few_broken_bytes_in_much_utf8_are_told() -> None:
    found = textfile.decode((FRENCH * 5).encode() + b"caf\xc3")
    assert found.lines[-1] == "caf\ufffd"
    assert "damage in 1 place" in found.warnings[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n\t\n",
        b"text with a \0 in it",
        bytes(range(256)) * 4,
        b"\xff\xfea\0b",
        b"\xff\xfe\0\0a\0b",
        b"\x01\x02\x03\x04 binary \x05\x06",
        codecs.BOM_UTF8 + b"\xff\xff",
        codecs.BOM_UTF16_LE + b"\x00\xd8a\x00",
    ],
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputRefused):
        textfile.decode(data)


def test_lines_end_where_an_editor_ends_them() -> None:
    data = "one\r\ntwo\rthree\nfour\u2028still four\x0bstill\x0cstill\x85still\u2029four\n\nsix".encode()
    lines = textfile.decode(data).lines
    assert lines[:3] == ("one", "two", "three")
    assert lines[3] == "four\u2028still four\x0bstill\x0cstill\x85still\u2029four"
    assert lines[4:] == ("", "six")


def test_a_line_end_at_the_end_begins_no_line() -> None:
    assert textfile.decode(b"a\nb\n").lines == textfile.decode(b"a\nb").lines == ("a", "b")
    assert textfile.decode(b"a\n\n").lines == ("a", "")


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textfile, "MAX_TEXT_LINES", 3)
    assert len(textfile.decode(b"a\nb\nc\n").lines) == 3
    with pytest.raises(InputRefused, match="lines"):
        textfile.decode(b"a\nb\nc\nd\n")
    monkeypatch.setattr(textfile, "MAX_TEXT_BYTES", 4)
    with pytest.raises(InputRefused, match="MB"):
        textfile.decode(b"abcde")


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_decode_or_be_refused(data: bytes) -> None:
    try:
        found = textfile.decode(data)
    except InputRefused:
        return
    assert found.lines
    if found.encoding != "utf-8":
        assert found.warnings or data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_any_utf8_text_comes_back(text: str) -> None:
    assert textfile.decode(b"\xef\xbb\xbf" + text.encode()).lines == (text,)
