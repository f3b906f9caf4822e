"""Patterns find what their examples say, keep their checks, and an office's files are taken or named."""

from __future__ import annotations

import json
import re

import pytest

from review_app.domain.patterns import CHECKS, find, load

PATTERNS = {p.id: p for p in load()[0]}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_keeps_its_promises(name):
    pattern = PATTERNS[name]
    expression = re.compile(pattern.expression)
    assert pattern.examples and pattern.counter_examples
    for example in pattern.examples:
        assert find(expression, pattern.check, f"the text {example}, and more", 9), example
    for example in pattern.counter_examples:
        assert not find(expression, pattern.check, f"the text {example}, and more", 9), example


def test_the_patterns_people_ask_for_are_there():
    assert {"phone-us", "email", "ssn", "birth-date", "iban", "passport"} <= set(PATTERNS)
    assert load()[1] == []


def test_only_the_number_behind_its_word_is_the_hit():
    pattern = PATTERNS["birth-date"]
    text = "Date of birth: 04/29/1952; died 1999"
    (start, end), = find(re.compile(pattern.expression), "", text, 9)
    assert text[start:end] == "04/29/1952"


@pytest.mark.parametrize(("check", "good", "bad"), [
    ("iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 33"),
    ("luhn", "5555 5555 5555 4444", "5555 5555 5555 4445"), ("eleven", "111222333", "111222332"),
    ("ssn", "219-09-9999", "219-00-9999"),
])
def test_check_figures(check, good, bad):
    assert CHECKS[check](good) and not CHECKS[check](bad)


def test_an_office_adds_patterns_and_broken_files_are_named(tmp_path):
    badge = {"id": "badge", "name": "Badges", "about": "", "expression": r"B\d{5}"}
    (tmp_path / "a.json").write_text(json.dumps([badge]), encoding="utf-8")
    (tmp_path / "b.json").write_text("[{", encoding="utf-8")
    (tmp_path / "c.json").write_text(json.dumps([{**badge, "expression": "("}]), encoding="utf-8")
    (tmp_path / "d.json").write_text(json.dumps([{**badge, "check": "magic"}]), encoding="utf-8")
    patterns, broken = load([tmp_path])
    assert [p.id for p in patterns if p.is_own] == ["badge"]
    assert [b.file for b in broken] == ["b.json", "c.json", "d.json"]
