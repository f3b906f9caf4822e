from __future__ import annotations

import pytest

from review_app.domain.errors import RuleBroken
from review_app.domain.page_ranges import parse_pages


@pytest.mark.parametrize(("text", "pages"), [
    ("3", (3,)), ("2-4", (2, 3, 4)), ("1, 4–5; 9-", (1, 4, 5, 9, 10)), ("-2", (1, 2)),
    ("all", tuple(range(1, 11))), (" 7 - 8 ,7", (7, 8)), ("2..3", (2, 3)),
])
def test_pages_as_people_write_them(text, pages):
    assert parse_pages(text, 10) == pages


@pytest.mark.parametrize("text", ["", "x", "0", "11", "5-3", "1-11", "-", ",", "1 2", "99999999999"])
def test_what_names_no_page_of_the_document_is_refused(text):
    with pytest.raises(RuleBroken):
        parse_pages(text, 10)
