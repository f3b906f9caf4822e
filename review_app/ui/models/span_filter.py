"""Which spans the table lists: chips that narrow it down, each on its own."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Kind

NO_CODE = ""
"""Stands for spans without a code among the chosen codes."""


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """What is listed. Empty sets and None let everything through; a span must pass all of them.

    ``page`` counts from 1; ``mine`` is a reviewer's name: spans this one drew or decided last.
    """

    undecided: bool = False
    kinds: frozenset[Kind] = frozenset()
    codes: frozenset[str] = frozenset()
    page: int | None = None
    mine: str | None = None
    notes: frozenset[str] = frozenset()
    """Which notes a span may have: ``public``, ``internal``; one of those that are named is enough."""

    @property
    def is_open(self) -> bool:
        """True when everything is listed."""
        return self == SpanFilter()

    def test(self) -> Callable[[SpanRow], bool] | None:
        """A function that says whether a span is listed; None when all are."""
        parts: list[Callable[[SpanRow], bool]] = []
        page, kinds, codes, mine = self.page, self.kinds, self.codes, self.mine
        if page is not None:
            parts.append(lambda s: s.page == page)
        if self.undecided:
            parts.append(attrgetter("is_undecided"))  # asked ten thousand times at once, without a detour
        if kinds:
            parts.append(lambda s: s.kind in kinds)
        if codes:
            none_too = NO_CODE in codes
            parts.append(lambda s: any(c.code in codes for c in s.codes) if s.codes else none_too)
        if mine is not None:
            parts.append(lambda s: s.author == mine or (s.decision is not None and s.decision.actor == mine))
        if self.notes:
            public, internal = "public" in self.notes, "internal" in self.notes
            parts.append(lambda s: (public and bool(s.note)) or (internal and bool(s.internal_note)))
        if not parts:
            return None
        if len(parts) == 1:
            return parts[0]
        return lambda s: all(part(s) for part in parts)
