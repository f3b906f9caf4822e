"""How sure is sure: the limits between the three bands, and the one below which nothing is shown.

Bands are the detector's (domain reference 5.9); where their limits lie can be moved for looking. Moving
them changes no record: what is hidden is still there, and what a person touched is never hidden.
"""

from __future__ import annotations

from dataclasses import replace

from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Band, Origin

CERTAIN, LIKELY = 0.9, 0.6
"""Least confidence of the bands ``certain`` and ``likely``: start values of domain reference 5.9."""

_RANK = {Band.POSSIBLE: 0, Band.LIKELY: 1, Band.CERTAIN: 2}


def band_of(confidence: float, certain: float = CERTAIN, likely: float = LIKELY) -> Band:
    """The band that a confidence falls into."""
    return Band.CERTAIN if confidence >= certain else Band.LIKELY if confidence >= likely else Band.POSSIBLE


@dataclass(frozen=True, slots=True)
class Limits:
    """Least confidence, 0 to 1, of what is called certain, of what is called likely, and of what is shown.

    Raises:
        ValueError: not between 0 and 1, or certain below likely.
    """

    certain: float = CERTAIN
    likely: float = LIKELY
    shown: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.likely <= self.certain <= 1.0 or not 0.0 <= self.shown <= 1.0:
            raise ValueError("limits lie between 0 and 1, and certain is not below likely")

    def with_shown(self, value: float) -> Limits:
        """The same with another limit of what is shown, cut at 0 and 1."""
        return replace(self, shown=min(1.0, max(0.0, round(value, 2))))

    def band(self, span: SpanRow) -> Band:
        """The band of a span under these limits.

        A detector that called something less than its confidence says (blank areas are never certain,
        domain reference 5.9) is still believed.
        """
        if span.origin is Origin.REVIEWER:
            return span.band
        now = band_of(span.confidence, self.certain, self.likely)
        is_capped = _RANK[span.band] < _RANK[band_of(span.confidence)]
        return span.band if is_capped and _RANK[span.band] < _RANK[now] else now

    def shows(self, span: SpanRow) -> bool:
        """True when a span is to be seen: sure enough, or touched by a person."""
        return self.shown <= 0 or span.confidence >= self.shown or span.is_touched


DEFAULT = Limits()
