"""The README's ten minutes name menus and keys: they are the ones of the window."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from review_app.ui.actions import MENUS, TABLE, plain_text

README = (Path(__file__).resolve().parents[3] / "README.md").read_text(encoding="utf-8")
TOUR = README.split("## Ten minutes on the sample")[1].split("\n## ")[0]
NAMED = [
    (menu, name, key)
    for menu, name, key in re.findall(r"\*(\w+) › ([^*]+)\*\s+\(`([^`]+)`\)", TOUR)
]
LETTERS = {
    "N": "review.next_undecided", "C": "review.confirm", "X": "review.reject", "E": "mark.cite",
    "W": "mark.note", "Shift+W": "mark.internal_note", "Shift+E": "mark.statute",
    "S": "review.sustain", "R": "review.release", "F": "review.refer",
    "D": "mark.draw_tool", "F1": "help.show", "Alt+2": "view.page", "Alt+4": "view.record",
    "Ctrl+T": "review.correct_field", "Ctrl+Shift+Z": "edit.redo",
    "V": "mark.select_tool", "M": "mark.text", "Ctrl+C": "edit.copy",
    "Ctrl+K": "mark.favourites", "Shift+M": "mark.page", "Ctrl+R": "mark.repeat",
    "Shift+P": "review.propose", "Shift+A": "review.approve", "Shift+R": "review.return",
    "F5": "file.scan_again", "B": "view.limits", "]": "view.show_fewer", "[": "view.show_more",
}
"""What the tour uses without naming its menu."""


def test_the_tour_names_menus() -> None:
    assert len(NAMED) >= 5


@pytest.mark.parametrize(("menu", "name", "key"), NAMED)
def test_a_menu_with_its_key_is_in_the_window(menu: str, name: str, key: str) -> None:
    found = [s for s in TABLE if plain_text(MENUS[s.menu]) == menu
             and plain_text(s.text).rstrip("…") == name]
    assert len(found) == 1
    assert key in found[0].keys


@pytest.mark.parametrize(("key", "action"), LETTERS.items())
def test_a_key_of_the_tour_does_what_the_tour_says(key: str, action: str) -> None:
    assert f"`{key}`" in TOUR
    assert key in next(s.keys for s in TABLE if s.id == action)


def test_no_key_of_the_tour_is_left_unchecked() -> None:
    in_places = {"Return", "Ctrl+Return", "Esc", "Shift"}
    keys = set(re.findall(r"`((?:(?:Ctrl|Alt|Shift)\+)*(?:[A-Z]|F\d+|Return|Esc|Shift|\d))`", TOUR))
    counts = {k for k in keys if k.isdigit()}
    assert keys - counts - in_places - set(LETTERS) - {k for _, _, k in NAMED} == set()
