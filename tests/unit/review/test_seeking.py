"""Search and mark: what is found, where it stands, what is marked, and what is refused."""

from __future__ import annotations

import threading

import pytest

from review_app.domain.errors import Cancelled, InputRefused, RuleBroken
from review_app.domain.vocabulary import Origin
from review_app.review import seeking
from review_app.review.desk import Desk
from review_app.review.fuzzy import alike
from review_app.review.seeking import Mode, Query, read_phrases

TEXT = """The quarterly inventory was sent to J. Doe (j.doe@state.example).
Call 202-555-0123, or the Quarterly
Inventory desk. The inventory of inventories is not one.
SSN 078-05-1120 and 000-05-1120.
"""
OTHER = "A second file: quarterly inventory, 202-555-0199. The quarteriy lnventory was misread.\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seek")
    with Desk.open(folder / "w", "ortiz", jobs=1) as desk:
        for name, text in (("one.txt", TEXT), ("two.txt", OTHER)):
            (folder / name).write_text(text, encoding="utf-8")
            desk.intake.add(folder / name)
        yield desk


@pytest.fixture(autouse=True)
def nothing_stays_marked(desk):
    yield
    while desk.history.can_undo():
        desk.history.undo()


def ids(desk):
    return [d.id for d in desk.documents()]


def hits(desk, query, documents=None):
    found = []
    count = desk.seeking.find(query, documents or ids(desk), found.extend)
    assert count == len(found)
    return found


def phrase(*words, **options):
    return Query(Mode.PHRASE, tuple(words), **options)


def test_a_phrase_is_found_across_lines_in_all_documents(desk):
    found = hits(desk, phrase("quarterly  inventory"))
    assert [(h.text, h.nth) for h in found] == [
        ("quarterly inventory", 0), ("Quarterly Inventory", 0), ("quarterly inventory", 0)]
    assert found[0].before == "The" and found[0].after.startswith("was sent to J. Doe")
    assert len(hits(desk, phrase("quarterly inventory"), ids(desk)[:1])) == 2


def test_case_and_whole_words(desk):
    assert len(hits(desk, phrase("quarterly inventory", match_case=True))) == 2
    assert len(hits(desk, phrase("inventor"))) == 0
    assert len(hits(desk, phrase("inventor", whole_words=False))) == 5


def test_a_list_says_which_phrase_was_found(desk):
    found = hits(desk, Query(Mode.LIST, ("J. Doe", "not one", "nowhere")))
    assert [h.label for h in found] == ["J. Doe", "not one"]


def test_an_expression_and_the_patterns_run_in_a_child(desk):
    found = hits(desk, Query(Mode.EXPRESSION, expression=r"\d{3}-\d{3}-\d{4}"))
    assert [h.text for h in found] == ["202-555-0123", "202-555-0199"]
    found = hits(desk, Query(Mode.PATTERNS, patterns=("ssn", "email", "phone-us")), ids(desk)[:1])
    assert [h.text for h in found] == ["j.doe@state.example", "202-555-0123", "078-05-1120"]


def test_misread_letters_are_found_when_asked_for(desk):
    assert len(hits(desk, phrase("quarterly inventory"))) == 3
    found = hits(desk, phrase("quarterly inventory", fuzzy=85))
    assert len(found) == 4 and found[-1].text == "quarteriy lnventory"


def test_alike_tells_places_apart_and_leaves_other_words_alone():
    text = "Roberl Willer met R0bert Willer and Robert Miller; Wilson was away"
    found = alike("Robert Willer", text, 85, whole_words=True, match_case=False)
    assert [text[a:b] for a, b in found] == ["Roberl Willer", "R0bert Willer", "Robert Miller"]
    assert alike("Ann", "Anne and Ana", 80, whole_words=False, match_case=False) == [(0, 3)]


def test_hits_become_marks_on_whole_words_in_one_step(desk):
    query = phrase("quarterly inventory")
    found = hits(desk, query)
    head = desk.history.head().seq
    done = desk.seeking.mark(query, found, codes=["b6"], note="stock")
    assert len(done.marks) == 3 and not done.unplaced and desk.history.head().seq == head + 1
    marks = [s for i in ids(desk) for s in desk.spans(i) if s.origin is Origin.REVIEWER]
    assert {m.codes[0].code for m in marks} == {"(b)(6)"} and {m.note for m in marks} == {"stock"}
    assert sorted(len(m.rects) for m in marks) == [1, 1, 2], "the one over two lines has two rectangles"
    again = desk.seeking.mark(query, found)
    assert again.marks == () and again.already == 3
    desk.history.undo()
    assert not [s for i in ids(desk) for s in desk.spans(i) if s.origin is Origin.REVIEWER]


def test_the_second_of_equal_hits_stands_where_it_stands(desk):
    query = phrase("inventory")
    found = hits(desk, query, ids(desk)[:1])
    tops = [desk.seeking.place(query, h)[0].y0 for h in found]
    assert len(set(tops)) == 2 and tops == sorted(tops)


def test_an_expression_that_would_hang_is_ended_and_the_next_one_works(desk, monkeypatch, tmp_path):
    (tmp_path / "long.txt").write_text("a" * 40 + "!\n", encoding="utf-8")
    desk.intake.add(tmp_path / "long.txt")
    monkeypatch.setattr(seeking, "BATCH_S", 1.0)
    with pytest.raises(InputRefused, match="too long"):
        hits(desk, Query(Mode.EXPRESSION, expression="(a+)+b", whole_words=False))
    assert len(hits(desk, Query(Mode.EXPRESSION, expression="Doe", match_case=True))) == 1


@pytest.mark.parametrize("query", [
    phrase("  "), phrase("-- !"), Query(Mode.EXPRESSION, expression="("), Query(Mode.EXPRESSION),
    Query(Mode.PATTERNS), Query(Mode.PATTERNS, patterns=("nonsense",)), Query(Mode.LIST),
])
def test_what_says_nothing_is_refused(desk, query):
    with pytest.raises(RuleBroken):
        hits(desk, query)


def test_a_search_can_be_stopped(desk):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        desk.seeking.find(phrase("inventory"), ids(desk), lambda _: None, cancel=stop)


def test_a_list_is_read_from_a_file(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeffJ. Doe\n\n# names\n  R.  Roe \nJ. Doe\n".encode())
    assert read_phrases(path) == ("J. Doe", "R. Roe")
    for data in (b"", b"\xff\xfe\x00", b"x" * (seeking.MOST_LIST_BYTES + 1)):
        path.write_bytes(data)
        with pytest.raises(InputRefused):
            read_phrases(path)
    with pytest.raises(InputRefused):
        read_phrases(tmp_path / "missing.txt")
