"""What the pages of a release copy gave, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field

from review_app.domain.guessing import Gap
from review_app.domain.values import dataclass
from review_app.domain.verification import Channel, Check, Finding, Kept
from review_app.engine.relay import DEFENDED


@dataclass
class PageCheck:
    """What the pages together gave.

    ``seen``: needles that people see unmarked, with their count. ``worst_page``: the greatest share of
    changed pixels of a page. ``pictures``: pages that are one picture now and were not before. ``gaps``: for
    marks with letters on both sides, whether their gap is as wide as what stood in it. ``torn``:
    pages on which a part of a picture, a drawing or a line is gone, or new, outside the marks.
    """

    findings: list[Finding] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    kept: Kept = field(default_factory=Kept)
    worst_page: float = 0.0
    pictures: list[int] = field(default_factory=list)
    gaps: dict[str, bool] = field(default_factory=dict)
    torn: list[int] = field(default_factory=list)

    def __iadd__(self, other: PageCheck) -> PageCheck:
        self.findings += other.findings
        for text, count in other.seen.items():  # not ``+=``, which goes through all that was seen before
            if count > 0:
                self.seen[text] += count
        a, b = self.kept, other.kept
        self.kept = Kept(
            a.words + b.words, a.kept_words + b.kept_words, a.moved_words + b.moved_words,
            a.pixels + b.pixels, a.changed_pixels + b.changed_pixels, a.links + b.links,
            a.kept_links + b.kept_links,
        )
        self.worst_page = max(self.worst_page, other.worst_page)
        self.pictures += other.pictures
        self.gaps |= other.gaps
        self.torn += other.torn
        return self

    def width_check(self, gaps: Mapping[str, Gap]) -> Check:
        """V13: gaps that were to be defended and tell their width; the others are counted."""
        wide = sum(self.gaps.values())
        promised = [m for m, same in self.gaps.items() if same and gaps.get(m) in DEFENDED]
        return Check(
            "defended gaps do not tell their width", not promised, len(self.gaps),
            f"{wide} of {len(self.gaps)} gaps are as wide as what was removed",
        )

    def checks(self, marks: int) -> list[Check]:
        """The checks that pages can pass or fail."""
        bad = Counter(f.channel for f in self.findings if f.is_leak)
        return [
            Check("no text in a marked place", not bad[Channel.UNDER_MARK], marks),  # V2
            Check("nothing painted in a marked place", not bad[Channel.RESIDUE], marks),  # V3, V4
            Check("no pixels of a marked place in pictures", not bad[Channel.IMAGE], marks),
            Check("no removed word in text that nobody sees", not bad[Channel.HIDDEN_TEXT]),  # V5
            Check("nothing outside the visible page", not bad[Channel.OUTSIDE_CROP]),
        ]
