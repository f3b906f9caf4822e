"""The spans of the shown document as a table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Band
from review_app.ui import words
from review_app.ui.models.rows import Column, RowsModel


def _place(span: SpanRow) -> tuple[int, float, float]:
    return (span.page, span.rects[0].y0, span.rects[0].x0) if span.rects else (span.page, 0.0, 0.0)


def _decision(span: SpanRow) -> str:
    return words.of(span.decision.verdict) if span.decision else "–"


class SpansModel(RowsModel[SpanRow]):
    """Page, kind, origin, codes, status, band and decision of each span, in the order of the pages."""

    PAGE, KIND, ORIGIN, CODES, STATUS, BAND, DECISION = range(7)

    def __init__(self, parent: QObject | None = None) -> None:
        def tr(text: str) -> str:
            return QCoreApplication.translate("SpansModel", text)

        def _tip(span: SpanRow) -> str:
            lines = [words.confidence(span.confidence, self._limits.band(span)), words.extent(span),
                     span.evidence, detector.format(name=span.detector)]
            return words.tip(" · ".join(t for t in lines if t))

        def _band(span: SpanRow) -> str:
            return bands[self._limits.band(span)]

        self._limits = DEFAULT
        bands = {band: words.band(band) for band in Band}
        detector = tr("found by the detector {name}")
        super().__init__([
            Column(tr("P."), lambda s: str(s.page), _place, _tip, is_number=True, heading=tr("Page")),
            Column(tr("Kind"), lambda s: words.of(s.kind), lambda s: words.of(s.kind), _tip),
            Column(tr("Origin"), lambda s: words.of(s.origin), lambda s: words.of(s.origin), _tip),
            Column(tr("Codes"), words.codes, words.codes, _tip),
            Column(tr("Status"), words.status, words.status, _tip),
            Column(tr("Band"), _band, lambda s: -s.confidence, _tip,
                   spoken=lambda s: words.of(self._limits.band(s))),
            Column(tr("Decision"), _decision, _decision, _tip),
        ], parent)

    def set_limits(self, limits: Limits) -> None:
        """The bands lie elsewhere now."""
        old, self._limits = self._limits, limits
        low, high = sorted((old.certain, limits.certain))
        bottom, top = sorted((old.likely, limits.likely))
        if low != high or bottom != top:
            self.retell(self.BAND, lambda s: low <= s.confidence < high or bottom <= s.confidence < top)
