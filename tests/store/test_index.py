"""Full-text search: what people type is words, never syntax."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_app.domain.rows import Hit
from review_app.store import index
from review_app.store.index import fold, match_expression


@pytest.fixture
def indexed(filled, rows):
    filled.journal.commit("ana", "document.added", [rows.document("d2", sha256="6" * 64)])
    filled.index.add("d1", 1, "Talks on April 23\u201324: the co\u00adoperation of Jos\u00e9\u00a0Cai")
    filled.index.add("d1", 2, "verify Chinese investigations; see memo 1996-06-17")
    filled.index.add("d1", 3, "telephone 202\u00ad555\u00ad0147")
    filled.index.add("d2", 1, "Chinese talks, talks and talks")
    return filled


def places(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(h.document_id, h.page) for h in hits]


@pytest.mark.parametrize(("text", "found"), [
    ("cooperation", [("d1", 1)]),  # the soft hyphen is no part of the word ...
    ("co-operation", [("d1", 1)]),  # ... or it is what an embedded font made of a hyphen
    ("555-0147", [("d1", 3)]),
    ("co\u00adoperation", [("d1", 1)]),
    ("april 23-24", [("d1", 1)]),  # an en dash on the page
    ("jose cai", [("d1", 1)]),
    ("JOSÉ", [("d1", 1)]),
    ("1996\u201306\u201317", [("d1", 2)]),
    ('"chinese investigations"', [("d1", 2)]),
    ('"investigations chinese"', []),
    ("investigations chinese", [("d1", 2)]),
    ("invest", []),
    ("invest*", [("d1", 2)]),
    ("chinese nothing", []),
    ("", []), ("   ", []), ("-", []), ("***", []), ('"', []), ('""', []), ("()", []),
])
def test_words_phrases_and_beginnings(indexed, text, found):
    assert places(indexed.index.find(text)) == found


def test_best_first_or_in_page_order(indexed):
    assert places(indexed.index.find("talks")) == [("d2", 1), ("d1", 1)]
    assert places(indexed.index.find("talks", limit=1)) == [("d2", 1)]
    indexed.index.add("d1", 3, "talks talks talks")
    assert places(indexed.index.find("talks", "d1")) == [("d1", 1), ("d1", 3)]


def test_a_snippet_shows_the_words_on_one_line(indexed):
    indexed.index.add("d2", 2, "\n".join(f"line {n}" for n in range(50)) + "\nneedle\nafter")
    [hit] = indexed.index.find("needle")
    assert "needle after" in hit.snippet
    assert "\n" not in hit.snippet and len(hit.snippet) < 120


def test_a_page_indexed_again_is_found_once(indexed):
    indexed.index.add("d1", 2, "something else")
    assert indexed.index.find("investigations") == []
    assert places(indexed.index.find("something")) == [("d1", 2)]


def test_a_document_taken_out_is_not_found(indexed):
    indexed.index.remove("d1")
    assert places(indexed.index.find("talks")) == [("d2", 1)]
    indexed.index.remove("d1")
    indexed.index.add("d1", 1, "talks")
    assert len(indexed.index.find("talks")) == 2


@pytest.mark.parametrize("state", ["incoming", "removed"])
def test_a_document_that_does_not_count_is_not_found(indexed, rows, state):
    indexed.journal.commit("ana", "x", [rows.edit(indexed, "documents", "d1", state=state)])
    assert places(indexed.index.find("talks")) == [("d2", 1)]


def test_operators_are_words(indexed):
    indexed.index.add("d2", 2, "this AND that OR nothing NEAR here")
    for text in (
        "talks OR memo", "talks AND NOT chinese", "NEAR(talks chinese)", "text:talks", "document_id:d1",
        "talks^2", "{text} : talks", "talks + chinese", "-talks", "tal'ks; DROP TABLE spans",
    ):
        indexed.index.find(text)
    assert places(indexed.index.find("this AND that")) == [("d2", 2)]
    assert indexed.index.find("talks OR memo") == []


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=40), st.text(alphabet='"*()^:+-{} ANDORNEAR\0\udcff\u00adé', max_size=40)))
def test_any_text_is_safe(indexed, text):
    assert isinstance(indexed.index.find(text), list)
    assert isinstance(indexed.index.find(text, "d1", 5), list)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(categories=("L", "Nd")), min_size=1, max_size=12))
def test_a_word_of_a_page_finds_the_page(indexed, word):
    indexed.index.add("d2", 9, f"before {word} after")
    assert ("d2", 9) in places(indexed.index.find(word))


def test_folding():
    assert fold("a\u2010b\u2011c\u2012d\u2013e\u2014f\u2015g\u2212h") == "a-b-c-d-e-f-g-h"
    assert fold("h\u00a0i\u202fj\u00ad\u00adk") == "h i j--k"
    assert fold("x\0y\udcff") == "x y?"
    assert match_expression('a"b c*') == '"a" "b" "c"*'


def test_hits_stream_in_lists_and_in_order(indexed, monkeypatch):
    monkeypatch.setattr(index, "TOGETHER", 3)
    indexed.index.add_all("d2", {page: f"needle {page} in hay" for page in range(2, 10)})
    lists = list(indexed.index.stream("needle", "d2"))
    assert [len(hits) for hits in lists] == [3, 3, 2]
    assert [hit.page for hits in lists for hit in hits] == list(range(2, 10))
    assert all(f"needle {hit.page} in hay" == hit.snippet for hits in lists for hit in hits)
    assert sorted(places(indexed.index.find("needle"))) == [("d2", page) for page in range(2, 10)]
    assert places(indexed.index.find("needle", "d2", limit=4)) == [("d2", page) for page in range(2, 6)]


def test_a_page_taken_out_while_hits_stream_is_left_out(indexed, monkeypatch):
    monkeypatch.setattr(index, "TOGETHER", 2)
    indexed.index.add_all("d1", dict.fromkeys(range(4, 9), "needle"))
    stream = indexed.index.stream("needle")
    assert len(next(stream)) == 2
    indexed.index.remove("d1")
    assert [hit for hits in stream for hit in hits] == []


def test_a_page_that_comes_in_while_hits_stream_tells_none_twice(indexed, monkeypatch):
    monkeypatch.setattr(index, "TOGETHER", 2)
    indexed.index.add_all("d1", dict.fromkeys(range(4, 9), "needle"))
    stream = indexed.index.stream("needle", "d1")
    told = places(next(stream))
    indexed.index.add("d1", 3, "needle")  # before those that are told
    told += [place for hits in stream for place in places(hits)]
    assert told == [("d1", page) for page in (4, 5, 3, 6, 7, 8)]


def test_many_pages_at_once_replace_what_was_there(indexed):
    indexed.index.add_all("d1", {1: "other words", 7: "needle"})
    assert places(indexed.index.find("other")) == [("d1", 1)] and indexed.index.find("april") == []
    assert places(indexed.index.find("needle")) == [("d1", 7)]
    indexed.index.add_all("d1", {})
