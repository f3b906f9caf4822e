"""The marks of a release copy: where, which code, the words that go, what the gap gives away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QGuiApplication

from review_app.domain.guessing import Gap, Level, MarkPlan, ReleasePlan
from review_app.domain.releases import (
    Draft,
    Settings,
    chosen_gap,
    gap_of_mark,
    is_settled,
    is_unmeasured,
    level_of_mark,
)
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Origin, Status
from review_app.ui import release_words, words
from review_app.ui.models.rows import ACCESSIBLE, ALIGNMENT, DISPLAY, TOOL_TIP
from review_app.ui.theme import Theme

FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)

MOST_WORDS = 400
"""Characters of what goes that a row shows; the tool tip has more."""

MOST_TIP = 4000


class ReleaseMarksModel(QAbstractTableModel):
    """Holds text of the document as long as somebody looks at it; :meth:`clear` forgets it."""

    PAGE, CODES, WORDS, GAP, GUESS, STATE = range(6)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._settings = Settings()
        self._plan: ReleasePlan | None = None
        self._plans: dict[str, MarkPlan] = {}
        self._spans: tuple[SpanRow, ...] = ()
        self._titles = (self.tr("P."), self.tr("Codes"), self.tr("What goes"), self.tr("Gap"),
                        self.tr("What its width gives away"), self.tr("State"))

    def clear(self) -> None:
        """Forget everything, the words first of all."""
        self.beginResetModel()
        self._draft, self._plan, self._plans, self._spans = None, None, {}, ()
        self.endResetModel()

    def show_plan(self, draft: Draft, plan: ReleasePlan, settings: Settings) -> None:
        """The marks of a document with their plan."""
        self.beginResetModel()
        self._draft, self._plan, self._settings = draft, plan, settings
        self._plans = {m.mark: m for m in plan.marks}
        self._spans = draft.marks
        self.endResetModel()

    def refresh(self, draft: Draft, settings: Settings) -> None:
        """The same marks, decided about or treated in another way."""
        self._draft, self._settings, self._spans = draft, settings, draft.marks
        if self._spans:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._spans) - 1, len(self._titles) - 1))

    def span(self, row: int) -> SpanRow:
        """The mark in a row."""
        return self._spans[row]

    def plan(self, row: int) -> MarkPlan | None:
        """Its plan."""
        return self._plans.get(self._spans[row].id)

    def row_of(self, span_id: str) -> int | None:
        """The row of a mark."""
        return next((n for n, s in enumerate(self._spans) if s.id == span_id), None)

    def gap(self, row: int) -> Gap:
        """What is chosen for the gap of the mark in a row."""
        plan = self.plan(row)
        return Gap.KEEP if plan is None or self._draft is None else chosen_gap(self._draft, plan)

    def level(self, row: int) -> Level:
        """How much that gap gives away, as the mark is to be treated."""
        plan = self.plan(row)
        if plan is None or self._draft is None or self._plan is None:
            return Level.GREEN
        return level_of_mark(self._draft, self._plan, plan, self._settings)

    def is_settled(self, row: int) -> bool:
        """True when its gap wants no decision any more."""
        plan = self.plan(row)
        return plan is None or self._draft is None or self._plan is None or is_settled(
            self._draft, self._plan, self._spans[row], plan, self._settings)

    def words(self, row: int, most: int = MOST_TIP) -> str:
        """The exact words that go, for the reviewer's eye."""
        plan = self.plan(row)
        gone = " ⋯ ".join(" ".join(w.split()) for w in plan.words) if plan is not None else ""
        if not gone and plan is not None and plan.is_beside:
            return self.tr("(no text, though a line lies close by)")
        return (gone if len(gone) <= most else f"{gone[:most]}…") or self.tr("(no text: a picture)")

    def guess(self, row: int, *, short: bool = False) -> str:
        """What its gap gives away, in words and figures."""
        plan = self.plan(row)
        if plan is None or self._draft is None or self._plan is None:
            return ""
        level = release_words.level(self.level(row))
        if is_unmeasured(self._plan, plan):
            return f"{level}: {self.tr('not known') if short else release_words.not_measured()}"
        gap = gap_of_mark(self._draft, plan, self._settings)
        say = release_words.short_guess if short else release_words.guess
        return f"{level}: {say(plan.guess(gap), plan.kind)}"

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._spans)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._titles)

    def data(self, index: QModelIndex, role: int = DISPLAY) -> Any:
        row, column = index.row(), index.column()
        if role == ALIGNMENT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) \
                if column == self.PAGE else None
        if role == FOREGROUND:
            return self._colour(row) if column == self.GUESS else None
        if role in (DISPLAY, ACCESSIBLE):
            return self._text(row, column, MOST_WORDS, short=role == DISPLAY)
        if role == TOOL_TIP:
            return words.tip(self._text(row, column, MOST_TIP, short=False))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        if orientation == Qt.Orientation.Horizontal and role in (DISPLAY, ACCESSIBLE):
            return self._titles[section]
        return None

    def _text(self, row: int, column: int, most: int, *, short: bool) -> str:
        span = self._spans[row]
        if column == self.PAGE:
            return str(span.page)
        if column == self.CODES:
            return ", ".join(c.code for c in span.codes) or self.tr("no code")
        if column == self.STATE:
            return self._state(row)
        if column == self.WORDS:
            return self.words(row, most)
        if column == self.GAP:
            gap = (release_words.short_gap if short else release_words.gap)(self.gap(row))
            return self.tr("picture, {gap}").format(gap=gap) if self._settings.is_picture(span.page) else gap
        return self.guess(row, short=short)

    def _state(self, row: int) -> str:
        span = self._spans[row]
        if span.status is Status.PROPOSED:
            return self.tr("✖ must be approved first")
        if span.status is Status.RETURNED:
            return self.tr("✖ was returned")
        if not self.is_settled(row):
            return self.tr("▲ gap to decide")
        choice = self._draft.choices.get(span.id) if self._draft is not None else None
        if choice is not None and choice.reason:
            return self.tr("✓ accepted: {reason}").format(reason=words.short(choice.reason, 40))
        if span.origin is Origin.AGENCY:
            return self.tr("agency's mark, never applied")
        return self.tr("✓ approved") if span.status is Status.APPROVED else self.tr("✓")

    def _colour(self, row: int) -> QColor:
        theme = Theme.of(QGuiApplication.palette())
        return {
            Level.RED: theme.alarm, Level.AMBER: theme.reviewer,
            Level.GREEN: QColor("#7BD09A") if theme.is_dark else QColor("#1B6E3A"),
        }[self.level(row)]
