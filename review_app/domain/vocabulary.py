"""The field's own words, as closed lists. The values are what files, tables and JSON hold."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """Who withheld a span. The two are never drawn alike and never mixed."""

    AGENCY = "agency"
    REVIEWER = "reviewer"


class Kind(StrEnum):
    """How a span looks on the page."""

    BLACK_BOX = "black_box"
    FILLED_BOX = "filled_box"
    WHITE_BOX = "white_box"
    BLANK = "blank"
    NOTE = "note"
    PLACEHOLDER = "placeholder"
    PAGE = "page"
    MARK = "mark"
    UNAPPLIED = "unapplied"


class Status(StrEnum):
    """How far a span has come."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"


class Arrival(StrEnum):
    """How far a document has come that is not recorded yet."""

    WAITING = "waiting"
    SCANNING = "scanning"
    FAILED = "failed"


class Band(StrEnum):
    """How sure the detector is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class ExemptionStatus(StrEnum):
    """Whether a code is printed. No printed code means unknown, never none."""

    STATED = "stated"
    NOT_STATED = "not_stated"
    ILLEGIBLE = "illegible"


class Provenance(StrEnum):
    """Where an exemption code was read."""

    IN_BOX = "in_box"
    BESIDE = "beside"
    MARGIN = "margin"
    MARGIN_SHARED = "margin_shared"
    RELEASE_LINE = "release_line"
    REVIEWER = "reviewer"


class Verdict(StrEnum):
    """What this review says of a span."""

    SUSTAIN = "sustain"
    RELEASE = "release"
    REFER = "refer"


class Disposition(StrEnum):
    """Release decision on a document or page (domain reference, section 4)."""

    RELEASED_IN_FULL = "released_in_full"
    RELEASED_IN_PART = "released_in_part"
    WITHHELD_IN_FULL = "withheld_in_full"
    REFERRED = "referred"
    CONSULTATION = "consultation"
    NOT_RESPONSIVE = "not_responsive"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Field(StrEnum):
    """Fields of the record of a document (contract, ``record`` fields)."""

    CASE_ID = "case_id"
    DOC_NO = "doc_no"
    CONTROL_NUMBER = "control_number"
    LOG_NUMBER = "log_number"
    REVIEW_AUTHORITY = "review_authority"
    REVIEWING_OFFICE = "reviewing_office"
    REVIEW_DATE = "review_date"
    RELEASE_DATE = "release_date"
    DOC_DATE = "doc_date"
    DISPOSITION = "disposition"
    MARKING_AT_RELEASE = "marking_at_release"
    ORIGINAL_CLASSIFICATION = "original_classification"
    EXEMPTIONS = "exemptions"
    ORIGINATING_AGENCY = "originating_agency"
    FROM = "from"
    TO = "to"
    SUBJECT = "subject"
    DOC_TYPE = "doc_type"
    ATTACHMENTS = "attachments"


class FieldStatus(StrEnum):
    """How far a record field has come. A corrected field holds a person's value."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


DATE_FIELDS = frozenset({Field.REVIEW_DATE, Field.RELEASE_DATE, Field.DOC_DATE})
