"""How far two people agree who looked at the same pages without seeing one another's marks.

Spans of the two are matched by place: the pair with the largest overlap first, each span in one pair, only
where intersection over union is at least 0.5 (domain reference 8.2, rule 13).

* span rate = 2 m / (a + b): ``m`` matched pairs, ``a`` spans of the first person, ``b`` of the second (the
  share of all marks that have a partner). Without any mark on either side it is 1.
* page rate = pages on which every mark has a partner / pages looked at. A page that both left unmarked counts
  as agreement.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from review_app.domain.geometry import Rect, overlap
from review_app.domain.values import dataclass

SAME_PLACE = 0.5
"""Least overlap of two marks that are one."""

Place = tuple[Rect, ...]
PageKey = tuple[str, int]
"""Document id and page number."""


@dataclass(frozen=True, slots=True)
class PageAgreement:
    """One page: pairs, and what only one of the two marked."""

    document_id: str
    page: int
    pairs: int
    only_first: tuple[Place, ...]
    only_second: tuple[Place, ...]

    @property
    def agrees(self) -> bool:
        """True when every mark has a partner."""
        return not self.only_first and not self.only_second


@dataclass(frozen=True, slots=True)
class Agreement:
    """All pages that were looked at."""

    pages: tuple[PageAgreement, ...]

    @property
    def pairs(self) -> int:
        """Matched pairs."""
        return sum(p.pairs for p in self.pages)

    @property
    def first(self) -> int:
        """Marks of the first person."""
        return self.pairs + sum(len(p.only_first) for p in self.pages)

    @property
    def second(self) -> int:
        """Marks of the second person."""
        return self.pairs + sum(len(p.only_second) for p in self.pages)

    @property
    def span_rate(self) -> float:
        """Share of all marks that have a partner, 0 to 1."""
        total = self.first + self.second
        return 2 * self.pairs / total if total else 1.0

    @property
    def page_rate(self) -> float:
        """Share of the pages on which both agree, 0 to 1; 1 without pages."""
        return sum(p.agrees for p in self.pages) / len(self.pages) if self.pages else 1.0


def compare(key: PageKey, first: Sequence[Place], second: Sequence[Place]) -> PageAgreement:
    """Match the marks of two people on one page."""
    scores = sorted(
        ((overlap(a, b), i, j) for i, a in enumerate(first) for j, b in enumerate(second)),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    left, right = set(range(len(first))), set(range(len(second)))
    pairs = 0
    for score, i, j in scores:
        if score < SAME_PLACE:
            break
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs += 1
    return PageAgreement(
        key[0], key[1], pairs, tuple(first[i] for i in sorted(left)), tuple(second[j] for j in sorted(right))
    )


def draw(population: Sequence[PageKey], size: int, seed: int) -> list[PageKey]:
    """``size`` pages of the population, each as likely as any other; the same ones for the same seed."""
    ordered = sorted(set(population))
    return random.Random(seed).sample(ordered, min(size, len(ordered)))
