"""The selected span in full: what it is, why the machine says so, what the reviewer decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.display import isolated
from review_app.domain.rows import LogRow, SpanRow
from review_app.domain.vocabulary import Origin, Verdict
from review_app.ui import words
from review_app.ui.panels.code_chips import CodeChips
from review_app.ui.panels.codes_edit import CodesEdit
from review_app.ui.panels.flow import FlowRow
from review_app.ui.panels.notes import NoteField
from review_app.ui.panels.span_picture import SpanPicture

NARROW_CHARACTERS = 46
"""A panel that holds fewer characters in a line has no room for names beside the fields."""
HISTORY_AFTER_MS = 120
"""How long the selection rests before the history of the span is read, in milliseconds."""


class SpanInspector(QScrollArea):
    """Shows one span, or says how many are selected; codes and decisions then go to all of them."""

    codes_cited = Signal(object, object)
    """Ids and codes: the user cites these codes for these spans."""
    code_toggled = Signal(object, str, bool)
    """Ids, a code, and whether it is to be cited."""
    statute_chosen = Signal(object, str)
    """Ids and the statute that takes the place of (b)(3)."""
    left = Signal()
    """The user is done with a text field: the page may have the focus back."""

    def __init__(self, history: Callable[[str], Sequence[LogRow]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._spans: tuple[SpanRow, ...] = ()
        self._is_writable = True
        self._limits = DEFAULT
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has the keyboard
        self.setAccessibleName(self.tr("Span details"))
        self._title = self._text(self.tr("Span"))
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self.picture = SpanPicture(self)
        self._state = self._text(self.tr("Status"))
        self._evidence = self._text(self.tr("Evidence"))
        self._sure = self._text(self.tr("Confidence"))
        self.chips = CodeChips(self)
        self.codes = CodesEdit(self)
        self.codes.setAccessibleName(self.tr("Exemption codes"))
        self.codes.setPlaceholderText(self.tr("not stated"))
        self.codes.setToolTip(self.tr("Codes separated by commas; Return cites them"))
        self.public = NoteField(lambda s: s.note, self.tr("Note"), self)
        self.note = self.public.edit
        self.note.setToolTip(self.tr("Goes with the annotated copy; Ctrl+Return writes the note"))
        self.internal = NoteField(lambda s: s.internal_note, self.tr("Internal note"), self)
        self.internal.edit.setToolTip(self.tr(
            "Stays in this workspace and its log, is in no copy; Ctrl+Return writes the note"))
        self.reason = QLineEdit(self)
        self.reason.setAccessibleName(self.tr("Justification of the decision"))
        self.reason.setPlaceholderText(self.tr("justification, goes with the next decision"))
        self.reason.setToolTip(self.reason.placeholderText())
        self._decision = self._text(self.tr("Decision"))
        # One line: the form would keep room for three, and a long name must not make the panel wider.
        self._decision.setWordWrap(False)
        self._decision.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.history = QListWidget(self)
        self.history.setAccessibleName(self.tr("History of the span"))
        self.history.setAlternatingRowColors(True)
        self.history.setMinimumHeight(self.fontMetrics().lineSpacing() * 3)
        # It takes what is left over; its own wish would make the whole panel scroll.
        self.history.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        # Read when the hand rests: going from span to span must not wait for what the log says of each.
        self._history_timer = QTimer(self)
        self._history_timer.setSingleShot(True)
        self._history_timer.setInterval(HISTORY_AFTER_MS)
        self._history_timer.timeout.connect(self._show_history)
        # A row more or less lays the whole form out anew: not within a key press, nor up and down while
        # somebody goes from span to span.
        self._people_timer = QTimer(self)
        self._people_timer.setSingleShot(True)
        self._people_timer.setInterval(HISTORY_AFTER_MS)
        self._people_timer.timeout.connect(self._show_people)
        self._review_row = FlowRow(self)
        self._decide_row = FlowRow(self)
        self._people_row = FlowRow(self)
        self._lay_out()
        self.codes.cited.connect(self._on_cited)
        self.chips.toggled.connect(
            lambda code, on: self.code_toggled.emit([s.id for s in self._spans], code, on))
        self.chips.statute_chosen.connect(
            lambda code: self.statute_chosen.emit([s.id for s in self._spans], code))
        self.codes.left.connect(self.left)
        self.chips.statute.left.connect(self.left)
        self.note.left.connect(self.left)
        self.internal.edit.left.connect(self.left)
        self.reason.returnPressed.connect(self.left)
        self.reason.installEventFilter(self)
        self.show_spans(())

    def add_actions(
        self, review: Sequence[QAction], decide: Sequence[QAction], people: Sequence[QAction] = ()
    ) -> None:
        """Put the actions of the window on buttons, where the eye is."""
        for row, actions in (
            (self._review_row, review), (self._decide_row, decide), (self._people_row, people)
        ):
            for action in actions:
                button = QToolButton(self)
                button.setDefaultAction(action)
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
                button.setText(action.iconText())
                button.setAccessibleName(action.iconText())
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                row.flow.addWidget(button)
            row.fit()
        for action in people:
            action.enabledChanged.connect(lambda _on: self._people_timer.start())
        self._show_people()

    def _show_people(self) -> None:
        """What two people do stands there only while some of it can be done: the panel is narrow."""
        can = self._people_row.findChildren(QToolButton)
        for button in can:
            button.setVisible(button.isEnabled())
        self._form.setRowVisible(self._people_row, any(b.isEnabled() for b in can))
        self._people_row.fit()

    @property
    def tab_stops(self) -> list[QWidget]:
        """What takes the keyboard, in the order of reading."""
        review, decide, people = (row.findChildren(QToolButton) for row in
                                  (self._review_row, self._decide_row, self._people_row))
        return [*review, *decide, *people, self.codes, *self.chips.tab_stops, self.reason, self.note,
                self.internal.edit, self.history]

    def set_writable(self, is_writable: bool) -> None:
        """Whether anything can be changed in this workspace."""
        self._is_writable = is_writable
        self.show_spans(self._spans)

    def set_limits(self, limits: Limits) -> None:
        """The bands lie elsewhere now."""
        self._limits = limits
        self._sure.setText(self._sure_of(self._spans[0]) if len(self._spans) == 1 else "")

    @property
    def justification(self) -> str:
        """What is written as the reason of the next decision."""
        return self.reason.text().strip()

    def show_spans(self, spans: tuple[SpanRow, ...]) -> None:
        """The selection changed, or the rows of what is selected."""
        is_other = [s.id for s in spans] != [s.id for s in self._spans]
        if is_other:
            self.flush()
        keeps_codes = not is_other and self.codes.is_edited and self.codes.hasFocus()
        keeps_reason = not is_other and self.reason.hasFocus()
        self._spans = spans
        one = spans[0] if len(spans) == 1 else None
        self._title.setText(self._title_of(spans))
        self._state.setText(words.status(one) if one else "")
        self._evidence.setText(one.evidence if one else "")
        self._sure.setText(self._sure_of(one) if one else "")
        if not keeps_codes:
            common = [c.code for c in spans[0].codes] if spans else []
            is_common = all([c.code for c in s.codes] == common for s in spans)
            self.codes.show_codes(common if is_common else [])
        for field in (self.public, self.internal):
            field.show_spans(spans, keep=not is_other and field.is_being_typed)
        if not keeps_reason:
            self.reason.setText(one.decision.justification if one and one.decision else "")
        self._decision.setText(self._decision_of(one) if one else "")
        self._decision.setToolTip(words.tip(self._decision.text()))
        can_write = self._is_writable and not any(s.is_provisional for s in spans)
        self.codes.setEnabled(bool(spans) and can_write)
        self.reason.setEnabled(bool(spans) and can_write)
        self.note.setEnabled(bool(spans) and can_write)
        self.internal.edit.setEnabled(bool(spans) and can_write)
        self.chips.show_spans(spans, is_enabled=can_write)
        self.picture.show_span(one)
        if is_other:
            self.history.clear()
        self._history_timer.start()

    def flush(self) -> None:
        """Write what was typed and not yet written, before something else is shown."""
        self.public.write()
        self.internal.write()
        if self.codes.is_edited and self.codes.are_known():
            self.codes.commit()

    def write_kept_notes(self) -> bool:
        """Try once more to write the notes that were refused; True when none is left."""
        written = [field.write_kept() for field in (self.public, self.internal)]  # each is tried
        return all(written)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.reason and event.type() == QEvent.Type.KeyPress \
                and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # as tall as its words need at the width it gets
        label.setSizePolicy(policy)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        body = _Body(form, self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setVerticalSpacing(4)
        form.addRow(self.tr("Evidence"), self._evidence)
        status = QHBoxLayout()
        status.addWidget(self._state, 2)
        status.addWidget(self._review_row, 3)
        form.addRow(self.tr("Status"), status)
        form.addRow(self.tr("Decision"), self._decide_row)
        form.addRow("", self._decision)
        form.addRow(self.tr("Two people"), self._people_row)
        form.addRow(self.tr("Co&des"), self.codes)
        form.addRow("", self.chips)
        form.addRow("", self.chips.statute)
        form.addRow(self.tr("&Because"), self.reason)
        for text, field in ((self.tr("No&te"), self.public), (self.tr("I&nternal note"), self.internal)):
            form.addRow(text, field)
            form.labelForField(field).setBuddy(field.edit)
        form.addRow(self.tr("Confidence"), self._sure)
        history = QLabel(self.tr("H&istory"), body)
        history.setBuddy(self.history)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self._title)
        layout.addWidget(self.picture)
        layout.addLayout(form)
        layout.addWidget(history)
        layout.addWidget(self.history, 1)
        self.setWidget(body)

    def _title_of(self, spans: tuple[SpanRow, ...]) -> str:
        if not spans:
            return self.tr("No span selected")
        if len(spans) > 1:
            return self.tr("{count} spans selected").format(count=len(spans))
        span = spans[0]
        page = self.tr("Page {page}").format(page=span.page)
        parts = (page, words.of(span.kind), words.of(span.origin), words.extent(span))
        return " · ".join(p for p in parts if p)

    def _sure_of(self, span: SpanRow) -> str:
        if span.origin is Origin.REVIEWER:
            return self.tr("a reviewer's own mark")
        sure = words.confidence(span.confidence, self._limits.band(span))
        return self.tr("{sure}; found by the detector {name}").format(sure=sure, name=isolated(span.detector))

    def _decision_of(self, span: SpanRow) -> str:
        if span.decision is None:
            return self.tr("none yet")
        return self.tr("{verdict}, {who}, {when}").format(
            verdict=words.of(span.decision.verdict), who=isolated(span.decision.actor),
            when=words.moment(span.decision.at),
        )

    def stop(self) -> None:
        """Ask nothing more: the window is closing, and the desk with it."""
        self._history_timer.stop()
        self._people_timer.stop()

    def _show_history(self) -> None:
        self.history.clear()
        span = self._spans[0] if len(self._spans) == 1 else None
        if span is not None:
            for entry in reversed(self._history(span.id)):
                is_finding = entry.action == "document.page"
                what = self.tr("found on the page") if is_finding else words.action(entry.action)
                said = _said(entry, span.id)
                what = f"{what} — {said}" if said else what
                self.history.addItem(f"{words.moment(entry.at)}  {isolated(entry.actor)}: {what}")

    def set_favourites(self, codes: Sequence[str], last: Sequence[str]) -> None:
        """Other codes are on the keys 1 to 9, others were used last."""
        self.chips.set_favourites(codes)
        self.codes.offer_first(last)

    def _on_cited(self, codes: list[str]) -> None:
        if self._spans:
            self.codes_cited.emit([s.id for s in self._spans], codes)


class _Body(QWidget):
    """What scrolls: never lower than its words need at the width they have. A scroll area asks only for the
    smallest height, at which rows with long texts would push the others over one another."""

    def __init__(self, form: QFormLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = form

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where letters are large, names stand above their fields: beside them there is no room for both.
        is_narrow = self.width() < self.fontMetrics().averageCharWidth() * NARROW_CHARACTERS
        wanted = QFormLayout.RowWrapPolicy.WrapAllRows if is_narrow else \
            QFormLayout.RowWrapPolicy.DontWrapRows
        if self._form.rowWrapPolicy() != wanted:
            self._form.setRowWrapPolicy(wanted)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            width = self.width()  # the history has no height of its own, which only the second one knows
            needed = max(layout.totalHeightForWidth(width), layout.totalMinimumHeightForWidth(width))
            if needed != self.minimumHeight():
                self.setMinimumHeight(needed)


def _said(entry: LogRow, span_id: str) -> str:
    """What an entry gave a span, where its action alone does not tell: the codes, the verdict, a reason."""
    rows = [c["after"] for c in entry.changes if c.get("after") and c["after"].get("span_id") == span_id]
    codes = sorted((int(r["position"]), isolated(str(r["code"]))) for r in rows if "code" in r)
    verdicts = [words.of(Verdict(r["verdict"])) for r in rows if "verdict" in r]
    reasons = [isolated(str(r["reason"])) for r in rows if r.get("reason")]
    return ", ".join([*(code for _, code in codes), *verdicts, *reasons])
