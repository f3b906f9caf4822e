"""Why an action is off, in words: found by asking what would have to be otherwise for it to be on."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.codes import NEEDS_STATUTE
from review_app.domain.findings import CodeReading
from review_app.domain.people import Role
from review_app.domain.rows import SpanRow
from review_app.domain.vocabulary import Band, ExemptionStatus, Kind, Origin, Provenance, Status
from review_app.ui.action_spec import READ_ONLY, ActionSpec
from review_app.ui.state import State

_N = QT_TRANSLATE_NOOP


def _span(status: Status, origin: Origin = Origin.AGENCY) -> SpanRow:
    return SpanRow("", "", 1, Kind.BLANK, origin, status, (), 1.0, Band.CERTAIN, "", "",
                   ExemptionStatus.NOT_STATED)


_BARE = replace(_span(Status.CONFIRMED), codes=(CodeReading(NEEDS_STATUTE, "", Provenance.REVIEWER),))

_SUPPOSED: tuple[tuple[str, dict[str, Any]], ...] = (
    (_N("why", "No document is shown: open one first"), {"has_document": True, "documents": 1}),
    (_N("why", "The document is still coming in"), {"has_document": True, "documents": 1,
                                                  "is_recorded": True, "can_scan": True}),
    (_N("why", "There is no second document"), {"documents": 2}),
    (_N("why", "The document is scanned already, or being scanned"), {"can_scan": True}),
    (_N("why", "No document is coming in"), {"is_coming": True, "is_recorded": False}),
    (_N("why", "No document was removed"), {"removed": 1}),
    (_N("why", "Nothing is running"), {"jobs": 1}),
    (_N("why", "There is nothing to undo"), {"can_undo": True}),
    (_N("why", "There is nothing to do again"), {"can_redo": True}),
    (_N("why", "Select text on the page first"), {"has_text": True}),
    (_N("why", "Search for something first"), {"hits": 1}),
    (_N("why", "The document has no span"), {"spans": 1}),
    (_N("why", "No span is left to decide"), {"undecided_anywhere": 1}),
    (_N("why", "Select a span first"), {"selected": (_span(Status.SUGGESTED),)}),
    (_N("why", "The selected spans are decided already, or not found by the program"),
     {"selected": (_span(Status.CONFIRMED),)}),
    (_N("why", "Select one mark of your own"), {"selected": (_span(Status.CONFIRMED, Origin.REVIEWER),)}),
    (_N("why", "Select a span that cites (b)(3) without its statute"), {"selected": (_BARE,)}),
    (_N("why", "Select a span that is proposed or approved"), {"selected": (_span(Status.PROPOSED),)}),
    (_N("why", "Only a second reviewer or an approver can do this (Who works here…)"),
     {"role": Role.SECOND_REVIEWER, "selected": (_span(Status.PROPOSED),)}),
    (_N("why", "Only an approver can do this (Who works here…)"),
     {"role": Role.APPROVER, "selected": (_span(Status.PROPOSED),)}),
    (_N("why", "Select a field of the record first"), {"fields_selected": 1}),
    (_N("why", "No blind second look is going on"), {"is_second_look": True}),
    (_N("why", "A blind second look is going on"), {"is_second_look": False, "refusal": "",
                                                    "is_writable": True}),
    (_N("why", "The page shows documents as they are now"), {"is_past": True}),
    (_N("why", "No message is shown"), {"has_message": True}),
    (_N("why", "The limits stand as they did at first"), {"limits": Limits(0.9, 0.6, 0.3)}),
    (_N("why", "The limit cannot go further"), {"limits": DEFAULT}),
)
"""What could be otherwise, from what comes first in the work to what comes last."""

OTHERWISE = _N("why", "It cannot be used now")


def reason(spec: ActionSpec, state: State) -> str:
    """Why ``spec`` cannot be used in ``state``, for people; empty when it can.

    The condition of an action is a function that says yes or no. So one thing after the other is supposed to
    be otherwise, then two: the first supposition that makes it yes is the reason.
    """
    if spec.is_enabled(state):
        return ""
    refusal = spec.refusal(state)
    if refusal:
        return _tr(_N("why", "This workspace is opened read-only")) if refusal == READ_ONLY else refusal
    for i, (text, changes) in enumerate(_SUPPOSED):
        if spec.enabled(replace(state, **changes)):
            # What is asked of a recorded document is asked of a document in the first place.
            return _tr(_SUPPOSED[0][0] if i == 1 and not state.has_document else text)
    for (text, first), (_, second) in combinations(_SUPPOSED, 2):
        if spec.enabled(replace(state, **first, **{k: v for k, v in second.items() if k not in first})):
            return _tr(text)
    return _tr(OTHERWISE)


def _tr(text: str) -> str:
    return QCoreApplication.translate("why", text)
