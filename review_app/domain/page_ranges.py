"""Pages as people write them: ``3``, ``3-7``, ``1, 4-6, 9-``, ``all``."""

from __future__ import annotations

import re

from review_app.domain.errors import RuleBroken

_PART = re.compile(r"(\d{1,7})?(?:\s*(-|\u2013|\.\.)\s*(\d{1,7})?)?")


def parse_pages(text: str, count: int) -> tuple[int, ...]:
    """The pages that ``text`` names, each once, in order; an open end reaches to the first or last page.

    Raises:
        RuleBroken: it names no page, or one the document has not.
    """
    if text.strip().casefold() in ("all", "*"):
        return tuple(range(1, count + 1))
    found: set[int] = set()
    for part in filter(None, (p.strip() for p in re.split(r"[,;]", text))):
        match = _PART.fullmatch(part)
        if match is None or not (match[1] or match[3]):
            raise RuleBroken("That is no list of pages", todo="Write pages like 3, 5-8 or all")
        first = int(match[1] or 1)
        last = int(match[3] or count) if match[2] else first
        if not 1 <= first <= last <= count:
            raise RuleBroken(
                f"There are no pages {part}", why=f"the document has the pages 1 to {count}",
                todo="Write pages like 3, 5-8 or all",
            )
        found.update(range(first, last + 1))
    if not found:
        raise RuleBroken("No page was named", todo="Write pages like 3, 5-8 or all")
    return tuple(sorted(found))
