"""What is to settle before a release copy, as lines of a list."""

from __future__ import annotations

from review_app.domain.display import pages_in_words
from review_app.domain.guessing import Elsewhere, ReleasePlan
from review_app.domain.releases import (
    Draft,
    Open,
    Settings,
    marks_beside,
    open_points,
    refused_pages,
    wanting,
)
from review_app.domain.values import dataclass
from review_app.ui import release_words, words
from review_app.ui.release_words import tr

MOST_PAGES = 50
"""Pages that are named one by one when they are refused; more are named together."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something to settle: whether it stops the release, its words, the marks, pages or unmarked places it
    is about."""

    text: str
    stops: bool
    ids: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    places: tuple[Elsewhere, ...] = ()

    @property
    def line(self) -> str:
        """The words with a sign that tells what stops from what is only open."""
        return f"{'✖' if self.stops else '▲'} {self.text}"


def find_points(draft: Draft, plan: ReleasePlan, settings: Settings) -> list[Point]:
    """What stops the release first, then what is only open."""
    found = []
    if draft.waiting:
        found.append(Point(tr("Marks that must be approved by another person first: {count}").format(
            count=len(draft.waiting)), True, draft.waiting))
    if draft.returned:
        found.append(Point(tr("Marks that were returned: {count}").format(
            count=len(draft.returned)), True, draft.returned))
    refused = refused_pages(plan, settings)
    for page in refused if len(refused) <= MOST_PAGES else ():
        # Replaced one after the other: a reason may hold braces.
        text = tr("Page {page} can only be a picture: {why}").replace("{page}", str(page))
        found.append(Point(text.replace("{why}", plan.refused[page]), True, pages=(page,)))
    if len(refused) > MOST_PAGES:
        found.append(Point(tr("Only as pictures: {pages}").format(
            pages=words.short(pages_in_words(refused), 80)), True, pages=refused))
    gaps = wanting(draft, plan, settings)
    if gaps:
        found.append(Point(tr("Gaps whose width gives away too much (red or amber): {count}").format(
            count=len(gaps)), True, gaps))
    ids = {Open.WITHOUT_CODE: draft.without_code, Open.UNDECIDED: draft.undecided,
           Open.RELEASED: draft.released, Open.ALONE: draft.alone,
           Open.BESIDE: marks_beside(draft, plan)}
    return found + [
        Point(release_words.open_point(what, count), False, ids.get(what, ()),
              places=plan.elsewhere if what is Open.ELSEWHERE else ())
        for what, count in open_points(draft, plan).items()
    ]
