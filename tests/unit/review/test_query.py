"""Finding again on a page what the index found: the same folding, whole words, phrases, beginnings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from review_app.review.search import Query
from review_app.store.database import Database
from review_app.store.index import match_expression
from review_app.store.workspace import Workspace


@pytest.mark.parametrize(("query", "text", "found"), [
    ("prison", "the prison, Prison and prisoners", ["prison", "Prison"]),
    ("prison*", "the prison and PRISONERS", ["prison", "PRISONERS"]),
    ('"prison exchange"', "a prison\nexchange, an exchange of prison", ["prison\nexchange"]),
    ("exchange cable", "one cable, two cables, an exchange", ["cable", "exchange"]),
    ("05-20", "number 05\u00ad20 and 05\u201320 and 0520", ["05\u00ad20", "05\u201320"]),
    ("Jose", "José and jose\u0301", ["José", "jose\u0301"]),
    ("information", "infor\u00ad\nmation", ["infor\u00ad\nmation"]),
    ("U.S.", "the U.S. and us", ["U.S"]),
    ("*", "a * b", []),
    ("", "anything", []),
    ('"', "a quote", []),
])
def test_places(query: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Query(query).places(text)] == found


def test_places_come_in_order_and_none_inside_another() -> None:
    text = "secret cable, cable secret cable"
    places = Query('"secret cable" cable secret').places(text)
    assert [text[a:b] for a, b in places] == ["secret cable", "cable", "secret cable"]
    assert places == sorted(places)


PAGE = "see naïve, co\u2010operate, infor\u00admation, (b)(1), Müller, E.O.12958, prisoners, x\u00a0y"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A workspace whose index holds one page that holds PAGE."""
    with Workspace.open(tmp_path_factory.mktemp("query") / "w") as workspace:
        workspace.index.add("d1", 1, PAGE)
        yield workspace.index._database


@pytest.mark.parametrize("query", [
    "naive", "cooperate", "co-operate", "information", "(b)(1)", "muller", "MÜLLER", "e.o.12958", "prison*",
    "prison", '"x y"', "12958", "o.12958", '"b 1"', "see", "ee",
])
def test_what_the_index_finds_has_a_place_and_nothing_else_has(database: Database, query: str) -> None:
    """The two must not come apart: a listed page without a mark looks like a defect, and is one."""
    with database.reading() as connection:
        listed = connection.execute(
            "SELECT count(*) FROM page_text WHERE page_text MATCH ?", (match_expression(query),)
        ).fetchone()[0]
    assert bool(Query(query).places(PAGE)) == bool(listed)
