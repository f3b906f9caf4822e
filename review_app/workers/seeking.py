"""Expressions of people over texts, in a child: one that takes for ever ends with it, not with the window."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from review_app.domain.errors import RuleBroken, UsageError
from review_app.domain.patterns import CHECKS, MAX_EXPRESSION, find


@lru_cache(maxsize=64)
def _compiled(expression: str, ignores_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE if ignores_case else 0)


def seek(params: dict[str, Any]) -> dict[str, Any]:
    """Where the ``expressions`` (expression, check, whether case is ignored) stand in the ``texts``.

    Returns ``hits``: number of the text, start, end, number of the expression; by text and place, at most
    ``limit``.

    Raises:
        RuleBroken: an expression cannot be read.
        UsageError: there is no such check.
    """
    limit = int(params["limit"])
    found: list[list[int]] = []
    rules = []
    for expression, check, ignores_case in params["expressions"]:
        if check not in CHECKS or len(expression) > MAX_EXPRESSION:
            raise UsageError("There is no such check, or the expression is too long")
        try:
            rules.append((_compiled(expression, bool(ignores_case)), check))
        except (re.error, RecursionError, OverflowError):
            raise RuleBroken("The regular expression cannot be read") from None
    for number, text in enumerate(params["texts"]):
        on_page = [
            [number, start, end, rule] for rule, (expression, check) in enumerate(rules)
            for start, end in find(expression, check, text, limit)
        ]
        found += sorted(on_page)
        if len(found) >= limit:
            break
    return {"hits": found[:limit]}
