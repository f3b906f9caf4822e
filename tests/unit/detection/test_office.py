"""What an office adds: stamp files in its own folder, and reviewers' names it has confirmed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from handmade import text_pages

from review_app.detection import office, people, scan
from review_app.detection.office import Office
from review_app.domain.resources import resource_path

OWN: dict[str, Any] = {
    "kind": "stamp", "family": "county-archive", "reach": 80, "least": 2,
    "anchors": [{"name": "file", "text": "Archive File", "lead": True}, {"name": "on", "text": "Opened on"}],
    "fields": [
        {"field": "case_id", "after": "file", "type": "pattern",
         "patterns": [{"pattern": "(?P<n>K-{d:4})", "value": "{n}", "digits": []}]},
        {"field": "release_date", "after": "on", "type": "date"},
    ],
}
STAMP = "Review Authority: {name}\nDate: 06/17/96\nCase ID: 90019152"
NAMES = ("ROBERT WILLER", "HELEN A. SAMPLE", "THOMAS PROBE", "M. ORTIZ-EXAMPLE")


def values(text: str, name: str, **known: Any) -> list[str]:
    found = scan.document(text_pages(text), office=Office(**known))
    return [r.value for r in found.record if r.field == name]


def test_a_file_in_the_folder_is_read_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "county.json").write_text(json.dumps(OWN))
    families, broken = office.load([tmp_path, tmp_path / "missing"])
    assert [f.name for f in families] == ["county-archive"] and broken == ()
    text = "Archive File K-1234\nOpened on 3 May 1999\n\n" + STAMP.format(name="ROBERT WILLER")
    assert values(text, "case_id", families=families) == ["K-1234", "90019152"]
    assert values(text, "case_id") == ["90019152"]


def test_a_family_of_the_same_name_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps({**OWN, "family": "state-1990s"}))
    families, _ = office.load([tmp_path])
    assert values(STAMP.format(name="ROBERT WILLER"), "case_id", families=families) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("[]", '"kind"'),
        ('{"kind": "other"}', '"kind"'),
        (json.dumps({k: v for k, v in OWN.items() if k != "anchors"}), "'anchors' is missing"),
        (json.dumps({**OWN, "fields": [{"field": "colour", "type": "date"}]}), "colour"),
        (json.dumps({**OWN, "fields": [{"field": "case_id", "after": "not-here", "type": "date"}]}),
         "not-here"),
        (json.dumps({**OWN, "anchors": [{"name": "file", "text": "Archive File"}]}), "lead"),
        (json.dumps({**OWN, "fields": [{"field": "case_id", "after": "file", "type": "pattern",
                                        "patterns": [{"pattern": "(", "value": ""}]}]}),
         "regular expression"),
        ('{"kind": "stamp", "family": "x", "anchors": 3, "fields": []}', "TypeError"),
    ],
)
def test_a_broken_file_is_named_with_its_reason_and_the_others_work(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "a-broken.json").write_text(text)
    (tmp_path / "b-good.json").write_text(json.dumps(OWN))
    families, broken = office.load([tmp_path])
    assert [f.name for f in families] == ["county-archive"]
    assert [b.name for b in broken] == ["a-broken.json"]
    assert reason in broken[0].reason


def pattern(regex: str, value: str = "{n}", **more: Any) -> dict[str, Any]:
    field = {"field": "case_id", "after": "file", "type": "pattern", **more,
             "patterns": [{"pattern": regex, "value": value}]}
    return {**OWN, "fields": [field]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pattern("(?P<n>(a+)+)$"), "too many ways"),
        (pattern("(?P<n>(?:[A-Za-z]|[a-z0-9]|.)*)!"), "too many ways"),
        (pattern("(?P<n>.*.*.*.*.*)!"), "too many ways"),
        (pattern("(?P<n>K)", within=100_000), "farther than"),
        (pattern("(?P<n>K)", "{m}"), "missing group"),
        (pattern("(?P<n>K)", "{n:999999999}"), "missing group"),
        ({**OWN, "family": {"a": [1]}}, '"family" is no text'),
        ({**OWN, "anchors": [{"name": "file", "text": 7, "lead": True}]}, '"text" is no text'),
        ({**OWN, "fields": [{"field": "case_id", "after": "file", "type": "dat"}]}, 'no type "dat"'),
        ({**OWN, "era": []}, "IndexError"),
        ({**OWN, "reach": float("inf")}, "OverflowError"),
    ],
)
def test_a_file_that_would_hang_or_break_a_scan_is_not_used(
    tmp_path: Path, data: dict[str, Any], reason: str
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(data))
    families, broken = office.load([tmp_path])
    assert families == () and [reason in b.reason for b in broken] == [True], broken


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    assert [b.reason for b in office.load([tmp_path])[1]] == ["it is no file"]


def test_every_family_of_ours_is_one_that_an_office_could_bring() -> None:
    folder = resource_path("stamps")
    families, broken = office.load([folder])
    assert {b.name for b in broken} == {"dispositions.json", "headings.json"}  # lists, not families
    assert len(families) == len(list(folder.glob("*.json"))) - 2


def test_a_file_that_is_no_text_or_too_large_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.json").write_text(" " * (office.MAX_BYTES + 1))
    _, broken = office.load([tmp_path])
    assert [b.reason for b in broken] == ["it is not UTF-8 text", "it is larger than 256 kB"]


@pytest.mark.parametrize(
    "printed", ["ROBERT WlLLER", "R0BERT WIL1ER", "ROBRT WILLR", "RQBERT WlLI.ER", "ROBERT WIwLER"]
)
def test_a_worn_name_is_the_known_one_it_resembles(printed: str) -> None:
    text = STAMP.format(name=printed).replace("Case ID", "Case lD").replace("90019152", "9OO19152")
    found = scan.document(text_pages(text), office=Office(NAMES)).record
    reading = next(r for r in found if r.field == "review_authority")
    assert reading.value == "ROBERT WILLER"
    assert reading.raw.endswith(printed)  # what is printed stays beside it


def test_another_clear_name_in_clear_print_stays() -> None:
    assert values(STAMP.format(name="ROBERT MILLER"), "review_authority", names=NAMES) == ["ROBERT MILLER"]


def test_a_name_between_two_known_ones_is_not_decided() -> None:
    assert people.known("JOHN SMYTHE", ("JOHN SMITHE", "JOHN SMYTHS")) is None
    assert people.known("J0HN SMITHE", ("JOHN SMITHE", "JOHN SMYTHS")) == ("JOHN SMITHE", 0.9)
    assert people.known("SOMEBODY ELSE", NAMES) is None
    assert people.known("", NAMES) is None


def test_an_unknown_name_in_worn_print_is_a_suggestion_only() -> None:
    text = STAMP.format(name="CARL UNKNOWN").replace("90019152", "9OO19152")
    found = scan.document(text_pages(text), office=Office(NAMES)).record
    assert [(r.value, r.confidence < 0.65) for r in found if r.field == "review_authority"] == [
        ("CARL UNKNOWN", True)
    ]


def test_a_doubtful_name_does_not_stand_against_a_known_one() -> None:
    worn = STAMP.format(name="RQBERT WlLLER").replace("90019152", "9OO19152")
    other = STAMP.format(name="ROBBRT WXLLER").replace("90019152", "9OO19152")
    assert values(f"{worn}\f{other}", "review_authority", names=NAMES) == ["ROBERT WILLER"]
