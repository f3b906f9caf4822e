"""The README keeps its promises: its commands, packages, pictures and links are what the program has."""

from __future__ import annotations

import re
from pathlib import Path

from review_app.cli import window
from review_app.cli.main import review_app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_apt_line_is_the_one_the_program_names() -> None:
    assert f"sudo {window._APT}\n" in README


def test_every_command_is_in_the_readme() -> None:
    for name in review_app.commands:
        assert f"review-app {name}" in README, name


def test_pictures_and_links_are_there() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert len(links) >= 4
    for link in links:
        assert (ROOT / link).exists(), link


def test_the_two_commands_stand_where_the_check_looks_for_them() -> None:
    for mark in ("run", "test"):
        found = re.search(rf"<!-- {mark} command -->\n```\n(.+)\n```", README)
        assert found and found[1].startswith("python3 -m venv")


def test_the_house_in_the_readme_is_the_house() -> None:
    rooms = {p.parent.name for p in (ROOT / "review_app").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^  (\w+)/ ", README, flags=re.MULTILINE))


def test_benches_that_are_named_exist() -> None:
    named = set(re.findall(r"tests/bench/\w+\.py", README))
    assert named and all((ROOT / path).is_file() for path in named)
    there = {f"tests/bench/{p.name}" for p in (ROOT / "tests" / "bench").glob("*.py")}
    assert there == named
