"""Many words looked for at once: everything is found that a search for one after the other finds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from review_app.engine.matcher import HEAD, Matcher
from review_app.engine.verify_words import Needles


@pytest.mark.parametrize("letters", ["ab", "abcdefgh", "abcdefghijklmnopqrstuvwxyz "])
def test_it_finds_what_a_search_one_by_one_finds(letters: str) -> None:
    rng = random.Random(letters)
    some = 0
    for _ in range(40):
        sizes = rng.choices([HEAD, 6, 7, 8, 9, 11, 12, 13, 20, 30, 70, 400], k=rng.randrange(1, 80))
        patterns = ["".join(rng.choices(letters, k=size)).encode() for size in sizes]
        text = "".join(rng.choices(letters + letters.upper(), k=rng.randrange(3000))).encode()
        data = text + b"".join(rng.sample(patterns, min(8, len(patterns)))).upper()
        owners = [rng.randrange(20) for _ in patterns]
        dead = np.array([rng.random() < 0.3 for _ in range(20)])
        small = data.lower()
        wanted = sorted(
            (place, owner) for pattern, owner in zip(patterns, owners, strict=True)
            for place in range(len(small)) if small.startswith(pattern, place)
        )
        matcher = Matcher(patterns, owners)
        assert sorted((place, owner) for owner, place in matcher.find(data)) == wanted
        alive = [(place, owner) for place, owner in wanted if not dead[owner]]
        assert sorted((place, owner) for owner, place in matcher.find(data, dead)) == alive
        assert sorted((place, owner) for owner, place in matcher.without(dead).find(data)) == alive
        some += len(wanted)
    assert some > 100


def test_it_finds_across_the_pieces_in_which_long_data_is_read() -> None:
    data = bytearray(b"." * (3 << 20))
    places = [0, (1 << 20) - 3, (1 << 20) + 5, (2 << 20) - 12, len(data) - 9]
    for place in places:
        data[place : place + 9] = b"Elsewhere"
    found = Matcher([b"elsewhere", b"elsew"], [0, 1]).find(bytes(data))
    assert sorted(found) == [(owner, place) for owner in (0, 1) for place in places]


def test_what_is_ignored_is_left_out_and_the_rest_is_found() -> None:
    needles = Needles()
    for number in range(60):
        needles.add("m", f"removed{number:02}")
    needles.ready()
    text = " ".join(f"Removed{number:02}" for number in range(60))
    ignored = needles.ignored()
    for number in range(50):
        ignored.add(f"removed{number:02}")
        left = {f"removed{n:02}" for n in range(number + 1, 60)}
        assert set(needles.in_text(text, ignored=ignored)) == left
        assert set(needles.in_bytes(text.encode("utf-16-le"), ignored=ignored)) == left
    assert len(needles.in_text(text)) == 60


def test_a_word_that_is_another_one_reversed_is_told_for_both() -> None:
    needles = Needles()
    needles.add("a", "stressed")
    needles.add("b", "desserts")
    needles.ready()
    assert needles.in_bytes(b"(Desserts) Tj") == {"stressed": 1, "desserts": 1}
