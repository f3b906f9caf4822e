"""Deciding about record fields: what the stamps and headings say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from review_app.domain.errors import RuleBroken
from review_app.domain.vocabulary import DATE_FIELDS, Disposition, Field, FieldStatus
from review_app.review.changes import Changes
from review_app.review.forms import Row
from review_app.review.session import Session
from review_app.store.journal import Change

_PARTIAL = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2}))?")


def _date(text: str) -> str:
    """The ISO 8601 form of a date, or of the year or month that is known of it (domain reference, rule 11).

    Raises:
        RuleBroken: it is none.
    """
    try:
        found = _PARTIAL.fullmatch(text)
        if found is None:
            return date.fromisoformat(text).isoformat()
        date(int(found["year"]), int(found["month"] or 1), 1)  # refuses the year 0000 and a month 13
    except ValueError:
        raise RuleBroken(
            "That is not a date",
            todo="Write it as year-month-day, for example 1996-06-17; if only a part is known, "
            "1996-06 or 1996",
        ) from None
    return text


class RecordFields:
    """Changes to record fields. The raw reading and its place always stay."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def confirm(self, ids: Sequence[str]) -> Changes:
        """The values are as the document says."""
        return self._set(ids, {"status": str(FieldStatus.CONFIRMED)}, "record.confirmed")

    def reject(self, ids: Sequence[str]) -> Changes:
        """The values are not what the document says."""
        return self._set(ids, {"status": str(FieldStatus.REJECTED)}, "record.rejected")

    def correct(self, field_id: str, value: str) -> Changes:
        """Replace the value by a person's reading. Dates are given as ``YYYY-MM-DD``; of a worn or partial
        one what can be read, ``YYYY-MM`` or ``YYYY``. A null date ("00/00/0000") is none: reject the field.

        Raises:
            RuleBroken: the value is empty, not a date in a date field, or not a known disposition.
        """
        before = self._session.row("record_fields", field_id)
        clean = value.strip()
        field = Field(str(before["field"]))
        if not clean:
            raise RuleBroken("A corrected value cannot be empty", todo="Reject the field instead")
        if field in DATE_FIELDS:
            clean = _date(clean)
        if field is Field.DISPOSITION and clean not in set(Disposition):
            known = ", ".join(Disposition)
            raise RuleBroken("That is not a disposition", todo=f"Choose one of {known}")
        values: Row = {"value": clean, "status": str(FieldStatus.CORRECTED)}
        return self._set([field_id], values, "record.corrected")

    def _set(self, ids: Sequence[str], values: Row, action: str) -> Changes:
        changes: list[Change] = []
        touched: set[str] = set()
        for field_id in dict.fromkeys(ids):
            before = self._session.row("record_fields", field_id)
            after = {**before, **values}
            if after != before:
                changes.append(Change("record_fields", field_id, before, after))
                touched.add(str(before["document_id"]))
        if not changes:
            return Changes()
        result = Changes(record=frozenset(touched))
        self._session.commit(action, changes, result)
        return result | Changes(log=True)
