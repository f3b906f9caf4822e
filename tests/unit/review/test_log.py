"""The log as it is looked at: the past of a document, and exports of what is filtered."""

from __future__ import annotations

import csv
import json
import threading
from pathlib import Path

import pytest

from review_app.domain.errors import Cancelled, EnvironmentProblem, RuleBroken, UsageError
from review_app.domain.vocabulary import FieldStatus, Status, Verdict

DOCUMENT = "doc-1"


def test_the_past_of_a_document(case):
    desk = case.desk
    desk.marking.confirm(["sp-1"])
    desk.marking.cite(["sp-1"], ["(b)(1)", "1.4(d)"])
    cited = desk.history.head().seq
    then = desk.spans(DOCUMENT), desk.record(DOCUMENT)
    desk.decisions.decide(["sp-1"], Verdict.RELEASE, "old")
    desk.marking.cite(["sp-1"], [])
    desk.marking.reject(["sp-2"])
    desk.record_fields.reject(["rf-review_date"])
    assert desk.log.spans_at(DOCUMENT, cited) == then[0]
    assert desk.log.record_at(DOCUMENT, cited) == then[1]
    now = desk.history.head().seq
    assert desk.log.spans_at(DOCUMENT, now) == desk.spans(DOCUMENT)
    assert desk.log.spans_at(DOCUMENT, now)[1].status is Status.REJECTED
    assert desk.log.record_at(DOCUMENT, now)[0].status is FieldStatus.REJECTED
    assert desk.log.spans_at(DOCUMENT, 0) == [] == desk.log.record_at("other", now)


def test_the_newest_entry_of_a_day(case):
    assert case.desk.log.at("9999").seq == case.desk.history.head().seq
    with pytest.raises(RuleBroken, match="Nothing was in the log then"):
        case.desk.log.at("1999-12-31")


def test_what_is_listed_is_exported_oldest_first(case, tmp_path: Path):
    desk = case.desk
    desk.marking.annotate("sp-1", "=HYPERLINK(1)")
    desk.marking.annotate("sp-1", "plain")
    numbers = desk.log.numbers(action="span.")
    rows = json.loads(desk.log.export(numbers, tmp_path / "log.json").read_text(encoding="utf-8"))
    assert [r["seq"] for r in rows] == [2, 3] and rows[0]["changes"][0]["after"]["note"] == "=HYPERLINK(1)"
    with desk.log.export(numbers, tmp_path / "log.CSV").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [r["action"] for r in table] == ["span.noted"] * 2 and table[1]["seq"] == "3"
    assert json.loads(desk.log.export([], tmp_path / "none.json").read_text(encoding="utf-8")) == []


def test_an_export_that_cannot_be_leaves_nothing(case, tmp_path: Path):
    log, numbers = case.desk.log, case.desk.log.numbers()
    with pytest.raises(UsageError, match="names no kind of file"):
        log.export(numbers, tmp_path / "log.txt")
    with pytest.raises(EnvironmentProblem):
        log.export(numbers, tmp_path / "nowhere" / "log.csv")
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        log.export(numbers, tmp_path / "log.csv", cancel=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["w"]


def test_while_the_past_is_shown_nothing_about_spans_changes(case):
    case.desk.people.hold("The page shows the past")
    head = case.desk.history.head()
    for act in (lambda: case.desk.marking.confirm(["sp-1"]), case.desk.history.undo,
                lambda: case.desk.record_fields.confirm(["rf-review_date"])):
        with pytest.raises(RuleBroken):
            act()
    assert case.desk.history.head() == head
    case.desk.people.hold("")
    case.desk.marking.confirm(["sp-1"])
