"""The right side of the window: table of spans, inspector and record, wired to the commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from review_app.domain.codes import find_code
from review_app.domain.display import isolated
from review_app.review.marking import code_reading
from review_app.ui import codes_kept, words
from review_app.ui.focus_ring import FocusRing
from review_app.ui.list_shares import ListShares
from review_app.ui.waiting import WaitingStep

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.main_window import MainWindow
    from review_app.ui.panels.notes import NoteField


FIELD_BUTTONS = ("review.confirm_field", "review.reject_field")


class RightSide(QObject):
    """Hears the panels and calls the commands; holds what is between them."""

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        current, page, commands = window.current, window.page, window.commands
        spans, record, inspector = window.spans, window.record, window.inspector
        inspector.set_favourites(codes_kept.favourites(), codes_kept.last_used())
        window.action_table.name_codes(codes_kept.favourites())
        inspector.picture.set_source(desk.page_images, page.page_size)
        spans.chips.set_reviewer(desk.actor)
        current.spans_changed.connect(lambda rows: spans.show_spans(rows, current.all_spans))
        spans.limits.limits_wanted.connect(current.set_limits)
        spans.spans_chosen.connect(current.select)
        page.page_changed.connect(lambda *_: spans.chips.show_page(page.current_page))
        current.record_changed.connect(page.set_record)
        current.record_changed.connect(record.show_record)
        current.warnings_changed.connect(record.show_warnings)
        record.place_wanted.connect(current.want_place)
        record.form.add_actions([window.action_table[i] for i in FIELD_BUTTONS])
        record.form.set_writable(not desk.read_only)
        record.form.corrected.connect(
            lambda i, text: commands.attempt(lambda: desk.record_fields.correct(i, text)))
        record.verdict_wanted.connect(
            lambda verdict: window.action_table[f"review.{verdict}_field"].trigger())
        page.span_clicked.connect(lambda i, extend: current.toggle(i) if extend else current.select([i]))
        page.background_clicked.connect(lambda: current.select(()))
        page.area_drawn.connect(lambda n, rect: commands.attempt(lambda: commands.draw(n, rect)))
        page.span_reshaped.connect(lambda i, r: commands.attempt(lambda: commands.marks.reshape(i, r)))
        inspector.codes_cited.connect(self._cite)
        inspector.code_toggled.connect(
            lambda ids, code, on: commands.attempt(lambda: self._set_code(ids, code, on)))
        inspector.statute_chosen.connect(
            lambda ids, code: commands.attempt(lambda: self._set_code(ids, code, True, "(b)(3)")))
        for field, write in ((inspector.public, desk.marking.annotate_all),
                             (inspector.internal, desk.marking.annotate_internally)):
            field.written.connect(lambda i, text, f=field, w=write: self._write_note(f, w, i, text))
            field.written_to_all.connect(
                lambda ids, text, w=write: commands.attempt(lambda: w(ids, text)))
        inspector.left.connect(page.setFocus)
        commands.marks.codes_used.connect(self._remember)
        commands.marks.filter_wanted.connect(self._filter)
        commands.marks.favourites_changed.connect(self._show_favourites)
        window.finder.not_searched = self._not_searched
        self._desk = desk
        self.waiting = WaitingStep(window, desk)
        window.tables = (spans.columns, record.columns, window.together.pages.columns)
        self.ring = FocusRing((page,), self)
        self.shares = ListShares(window.right, window.splits[0])
        # A role that only looks, the past on the page: what can be changed follows from that.
        window.together.changed.connect(self._on_person)

    def _not_searched(self, everywhere: bool) -> str:
        """What is found in a document is found when all of it is read."""
        current = self._window.current
        shown = current.document
        rows = current.documents if everywhere else (shown,) if shown is not None else ()
        count = sum(row.coming is not None for row in rows)
        if count and not everywhere:
            return self.tr("This document is not all read yet, and cannot be searched before.")
        if count == 1:
            return self.tr("1 document is not all read yet and was not searched.")
        text = self.tr("{count} documents are not all read yet and were not searched.")
        return text.format(count=count) if count else ""

    def _on_person(self) -> None:
        is_writable = not self._window.together.refusal
        self._window.record.form.set_writable(is_writable)
        self._window.commands.set_writable(is_writable)

    def _cite(self, ids: Sequence[str], codes: Sequence[str]) -> None:
        if self._window.commands.attempt(lambda: self._window.commands.cite(ids, codes)):
            self._remember([code_reading(c).code for c in codes])
            unknown = [c for c in codes if find_code(c) is None]
            if unknown:
                text = self.tr("In no list of codes: {codes}. It is cited as written; Ctrl+Z takes it back.")
                self._window.problems.tell(text.replace(
                    "{codes}", words.short(", ".join(isolated(c) for c in unknown), 80)))
        else:
            self._window.inspector.codes.keep()

    def _set_code(self, ids: Sequence[str], code: str, on: bool, instead_of: str = "") -> None:
        self._desk.marking.set_code(ids, code, on, instead_of=instead_of)
        if on:
            self._remember([code])

    def _remember(self, codes: Sequence[str]) -> None:
        codes_kept.remember(codes)
        self._show_favourites()

    def _show_favourites(self) -> None:
        self._window.action_table.name_codes(codes_kept.favourites())
        self._window.inspector.set_favourites(codes_kept.favourites(), codes_kept.last_used())

    def _filter(self, name: str) -> None:
        chips = self._window.spans.chips
        if name == "clear":
            chips.clear()
        else:
            chips.toggle(name)

    def _write_note(
        self, field: NoteField, write: Callable[[list[str], str], object], span_id: str, text: str
    ) -> None:
        if not self._window.commands.attempt(lambda: write([span_id], text)):
            field.keep(span_id, text)
