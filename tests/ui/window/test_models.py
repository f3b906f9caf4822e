"""The lists: texts, order, filter, and a log that is read in blocks."""

from __future__ import annotations

from array import array

import pytest
from PySide6.QtCore import QModelIndex, Qt

from review_app.domain.dispositions import PageDisposition
from review_app.domain.people import Role
from review_app.domain.rows import LogLine
from review_app.domain.vocabulary import (
    Band,
    Disposition,
    ExemptionStatus,
    Field,
    FieldStatus,
    Kind,
    Origin,
    Status,
    Verdict,
)
from review_app.ui import words
from review_app.ui.models.log import BLOCK, KEPT_BLOCKS, LogModel
from review_app.ui.models.record import RecordModel
from review_app.ui.models.rows import ID_ROLE, Column, RowsModel
from review_app.ui.models.spans import SpansModel

Desc = Qt.SortOrder.DescendingOrder


def texts(model, row: int) -> list[str]:
    return [model.index(row, c).data() for c in range(model.columnCount())]


@pytest.mark.parametrize("words_of", [
    Kind, Origin, Status, Band, ExemptionStatus, Verdict, Disposition, Field, FieldStatus, PageDisposition,
    Role,
])
def test_every_word_of_the_vocabulary_has_words_on_the_screen(words_of):
    shown = [words.of(v) for v in words_of]
    assert all(shown)
    assert len(set(shown)) == len(shown), "two values look the same"


def test_a_span_is_one_row_of_words(qtbot, qtmodeltester, span):
    model = SpansModel()
    model.set_rows((span(1), span(2, codes=["(b)(1)", "1.4(d)"], status=Status.CONFIRMED, kind=Kind.MARK,
                                  origin=Origin.REVIEWER, band=Band.CERTAIN)))
    qtmodeltester.check(model)
    assert texts(model, 0) == ["1", "blank", "agency", "not stated", "? suggested", "◐ likely", "–"]
    assert texts(model, 1) == ["2", "mark", "reviewer", "(b)(1), 1.4(d)", "✓ confirmed", "● certain", "–"]
    assert model.index(1, 3).data(ID_ROLE) == "s2"


def test_spans_sort_by_place_and_not_by_the_letters_of_the_page(qtbot, span):
    model = SpansModel()
    model.set_rows((span(10), span(2), span(1)))
    model.sort(SpansModel.PAGE)
    assert model.ids() == ["s1", "s2", "s10"]
    model.sort(SpansModel.PAGE, Desc)
    assert model.ids() == ["s10", "s2", "s1"]
    model.sort(-1)
    assert model.ids() == ["s10", "s2", "s1"], "back to the order they came in"


def test_a_filter_keeps_what_it_says(qtbot, span):
    model = SpansModel()
    model.set_rows((span(1), span(2, status=Status.REJECTED), span(3)))
    model.set_filter(lambda s: s.is_undecided)
    assert model.ids() == ["s1", "s3"]
    assert model.row_of("s2") is None
    model.set_filter(None)
    assert model.ids() == ["s1", "s2", "s3"]


def test_new_values_of_the_same_rows_do_not_reset_the_view(qtbot, span):
    model = SpansModel()
    model.set_rows((span(1), span(2)))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    with qtbot.waitSignal(model.dataChanged):
        model.set_rows((span(1, status=Status.CONFIRMED), span(2)))
    assert not resets
    assert texts(model, 0)[SpansModel.STATUS] == "✓ confirmed"
    model.set_rows((span(1),))
    assert resets == [1]


def test_a_record_field_is_one_line_and_says_how_sure(qtbot, qtmodeltester, record_row):
    model = RecordModel()
    model.set_rows((record_row(1), record_row(2, Field.DISPOSITION, "released_in_part")))
    qtmodeltester.check(model)
    assert texts(model, 0) == ["Case ID", "90019152", "Case ID: 90019152", "1", "99%", "?"]
    assert texts(model, 1)[1] == "released in part"


class Log:
    """A log that counts what it was asked for."""

    def __init__(self, count: int) -> None:
        self.missing: set[int] = set()
        self.count = count
        self.asked: list[int] = []

    @property
    def all(self) -> range:
        return range(self.count, 0, -1)

    def lines(self, numbers):
        self.asked.append(len(numbers))
        return [None if n in self.missing else
                LogLine(n, "2026-01-01T00:00:00Z", "ana", "span.confirmed", None, ("d1",)) for n in numbers]


def test_the_log_reads_only_what_is_looked_at(qtbot):
    log = Log(100_000)
    model = LogModel(log.lines, lambda i: f"name of {i}")
    model.set_numbers(log.all)
    assert model.rowCount() == 100_000
    assert log.asked == []
    assert texts(model, 0) == ["100000", "2026-01-01 00:00:00", "ana", "confirm span", "name of d1"]
    assert texts(model, 99_999)[0] == "1"
    assert len(log.asked) == 2
    assert all(count <= BLOCK for count in log.asked)


def test_the_log_keeps_few_blocks(qtbot):
    log = Log(BLOCK * (KEPT_BLOCKS + 10))
    model = LogModel(log.lines, str)
    model.set_numbers(log.all)
    for row in range(0, log.count, BLOCK):
        assert model.texts(row)[0] == str(log.count - row) and model.number(row) == log.count - row
    assert len(model._blocks) == KEPT_BLOCKS


@pytest.mark.parametrize("count", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_every_row_is_its_entry_also_when_entries_come(qtbot, count):
    log = Log(count)
    model = LogModel(log.lines, str)
    model.set_numbers(log.all)
    assert [model.texts(r)[0] for r in range(count)] == [str(n) for n in log.all]
    log.count += 5
    model.set_numbers(log.all)
    assert [model.texts(r)[0] for r in range(count + 5)] == [str(n) for n in log.all]


def test_a_new_entry_comes_on_top(qtbot, qtmodeltester):
    log = Log(2)
    model = LogModel(log.lines, str)
    model.set_numbers(log.all)
    assert texts(model, 0)[0] == "2"
    log.count = 3
    with qtbot.waitSignal(model.rowsInserted):
        model.set_numbers(log.all)
    assert [texts(model, r)[0] for r in range(3)] == ["3", "2", "1"]
    qtmodeltester.check(model)


def test_another_filter_with_as_many_entries_is_another_list(qtbot):
    log = Log(9)
    model = LogModel(log.lines, str)
    model.set_numbers(array("q", [9, 7, 1]))
    assert texts(model, 1)[0] == "7"
    with qtbot.waitSignal(model.modelReset):
        model.set_numbers(array("q", [9, 5, 1]))
    assert texts(model, 1)[0] == "5"
    assert [model.row_of(n) for n in (9, 5, 1, 7, 99)] == [0, 1, 2, None, None]


def test_a_hole_in_the_log_is_shown_as_a_hole(qtbot):
    log = Log(5)
    log.missing = {3}
    model = LogModel(log.lines, str)
    model.set_numbers(log.all)
    assert [texts(model, r)[0] for r in range(5)] == ["5", "4", "3", "2", "1"]
    assert texts(model, 2)[1:] == ["?", "?", "?", "?"]


def test_no_rows_below_rows(qtbot, span):
    model = SpansModel()
    model.set_rows((span(1),))
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.rowCount(QModelIndex()) == 1


def test_rows_that_come_back_equal_are_not_made_into_text_again(qtbot, span):
    """After one mark all rows of a document come anew: only the changed one costs anything."""
    made: list[str] = []
    column = Column("Page", lambda s: (made.append(s.id), str(s.page))[1], lambda s: s.page)
    model = RowsModel([column])
    model.set_rows([span(n) for n in range(1, 6)])
    made.clear()
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_rows([span(n) for n in range(1, 6)])
    assert (made, told) == ([], [])
    model.set_rows([span(n, page=9 if n == 3 else n) for n in range(1, 6)])
    assert (made, told) == (["s3"], [(2, 2)])
    assert [model.index(r, 0).data() for r in range(5)] == ["1", "2", "9", "4", "5"]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert made == ["s3"], "sorting moves texts and makes none"
    assert [model.index(r, 0).data() for r in range(5)] == ["9", "5", "4", "2", "1"]


def test_the_lines_that_are_painted_are_those_of_the_model(qtbot):
    """Every visible row has ink, the selected one in the colour of a selection; nothing is painted below."""
    from PySide6.QtGui import QPalette

    from review_app.ui.panels.lines_view import LinesView
    from review_app.ui.panels.tables import plain_table

    log = Log(30)
    model = LogModel(log.lines, str)
    model.set_numbers(range(5, 0, -1))
    view = plain_table(view=LinesView(model.texts, frozenset({LogModel.SEQ})))
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(600, 300)
    view.selectRow(2)
    with qtbot.waitExposed(view):
        view.show()
    picture = view.viewport().grab().toImage()
    height = view.rowHeight(0)

    def colours(row: int) -> set[int]:
        lines = range(row * height + 2, (row + 1) * height - 2)
        return {picture.pixel(x, y) for x in range(0, 400, 2) for y in lines}

    assert all(len(colours(row)) > 5 for row in range(5))
    chosen = view.palette().brush(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight).color().rgb()
    active = view.palette().brush(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight).color().rgb()
    assert colours(2) & {chosen, active} and not any(colours(row) & {chosen, active} for row in (0, 1, 3, 4))
    assert len(colours(6)) == 1
    model.set_numbers(range(0))
    assert len({p for r in range(5) for p in colours(r)}) > 5
    picture = view.viewport().grab().toImage()
    assert all(len(colours(row)) == 1 for row in range(5))
