"""What the verifier found in a finished file: counts and places, never the words themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

from review_app.domain.geometry import Rect
from review_app.domain.rows import LogHead
from review_app.domain.values import dataclass


class Channel(StrEnum):
    """Where in a file something stands that people do not see, or where a marked word is left."""

    COVERED_TEXT = "covered_text"  # text under an opaque or same-coloured area
    UNAPPLIED = "unapplied"  # a redaction annotation that nobody applied
    UNDER_MARK = "under_mark"  # characters left in a marked place
    RESIDUE = "residue"  # something painted under a mark's box
    IMAGE = "image"  # pixels of a picture under a mark
    HIDDEN_TEXT = "hidden_text"  # text of a page that nobody sees
    HIDDEN_LAYER = "hidden_layer"
    OUTSIDE_CROP = "outside_crop"
    REVISION = "earlier_revision"
    UNREFERENCED = "unreferenced"  # bytes that nothing in the file refers to
    OBJECT = "object"  # a string or name of an object
    STREAM = "stream"  # the bytes of a stream
    BYTES = "bytes"  # the file's own bytes
    FONT = "font"  # letters or shapes in a font that no text uses
    ATTACHMENT = "attachment"
    SCRIPT = "script"
    FORM = "form"  # form fields, XFA
    ANNOTATION = "annotation"
    METADATA = "metadata"
    WIDTH = "width"  # a gap tells how wide what was removed is
    KEPT = "kept"  # what nobody marked was lost or moved
    READERS = "readers"  # a reader cannot open the file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``what`` says it in words of ours; no text of the document stands in it.

    ``page`` counts from 1 and is 0 for what belongs to no page. ``rect`` is page space. ``mark`` is the id of
    the mark of which something survives. ``where`` names the place inside the file ("object 14"). A finding
    that ``is_leak`` fails the file; the others are told for a decision.
    """

    channel: Channel
    what: str
    is_leak: bool = True
    page: int = 0
    rect: Rect | None = None
    count: int = 1
    mark: str = ""
    where: str = ""

    def to_json(self) -> dict[str, Any]:
        """Contract form; empty parts are left out."""
        out: dict[str, Any] = {
            "channel": str(self.channel), "what": self.what, "leak": self.is_leak, "count": self.count,
        }
        if self.page:
            out["page"] = self.page
        if self.rect is not None:
            out["rect"] = self.rect.as_list()
        for name, value in (("mark", self.mark), ("where", self.where)):
            if value:
                out[name] = value
        return out

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Finding:
        """From contract form."""
        rect = value.get("rect")
        return cls(
            Channel(value["channel"]), str(value["what"]), bool(value["leak"]), int(value.get("page", 0)),
            Rect.of(rect) if rect is not None else None, int(value.get("count", 1)),
            str(value.get("mark", "")), str(value.get("where", "")),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """A check that was run: over how many things, and whether it passed. ``note`` in words of ours."""

    name: str
    passed: bool
    count: int = 0
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        out: dict[str, Any] = {"name": self.name, "passed": self.passed, "count": self.count}
        return {**out, "note": self.note} if self.note else out

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Check:
        """From contract form."""
        return cls(
            str(value["name"]), bool(value["passed"]), int(value.get("count", 0)), str(value.get("note", ""))
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What of the unmarked rest is still there.

    ``words`` stood outside the marks in the original, ``kept_words`` of them are in the output at their place
    (within 0.1 pt). ``changed_pixels`` of ``pixels`` outside the marks differ, as PDFium draws both.
    """

    words: int = 0
    kept_words: int = 0
    moved_words: int = 0
    pixels: int = 0
    changed_pixels: int = 0
    links: int = 0
    kept_links: int = 0

    @property
    def share(self) -> float:
        """Share of the words kept, 0 to 1; 1 where there were none."""
        return self.kept_words / self.words if self.words else 1.0

    def to_json(self) -> dict[str, Any]:
        """Contract form."""
        return {
            "words": self.words, "kept_words": self.kept_words, "moved_words": self.moved_words,
            "pixels": self.pixels, "changed_pixels": self.changed_pixels, "links": self.links,
            "kept_links": self.kept_links,
        }

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Kept:
        """From contract form."""
        return cls(*(int(value[key]) for key in (
            "words", "kept_words", "moved_words", "pixels", "changed_pixels", "links", "kept_links"
        )))


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of one attack on one file.

    ``original_sha256`` and ``marks_sha256`` are empty where the file was looked at alone, ``kept`` is None
    then. ``ocr`` says whether marked pages were recognised (``ran``), how many, by what, and why not.
    """

    file: str
    sha256: str
    page_count: int
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    original_sha256: str = ""
    marks_sha256: str = ""
    mark_count: int = 0
    kept: Kept | None = None
    warnings: tuple[str, ...] = ()
    programs: Mapping[str, str] = field(default_factory=dict)
    ocr: Mapping[str, Any] = field(default_factory=dict)

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """The findings that fail the file."""
        return tuple(f for f in self.findings if f.is_leak)

    @property
    def passed(self) -> bool:
        """True when nothing was found that fails the file and every check was run to its end."""
        return not self.leaks and all(check.passed for check in self.checks)

    def named(self, file: str) -> Verification:
        """The same under another file name."""
        return replace(self, file=file)

    def to_json(self) -> dict[str, Any]:
        """Contract form: one object a file."""
        out: dict[str, Any] = {
            "file": self.file, "sha256": self.sha256, "page_count": self.page_count, "passed": self.passed,
            "findings": [f.to_json() for f in self.findings], "checks": [c.to_json() for c in self.checks],
            "warnings": list(self.warnings), "programs": dict(self.programs),
        }
        if self.original_sha256:
            out |= {
                "original_sha256": self.original_sha256, "marks_sha256": self.marks_sha256,
                "mark_count": self.mark_count,
            }
        if self.kept is not None:
            out["kept"] = self.kept.to_json()
        if self.ocr:
            out["ocr"] = dict(self.ocr)
        return out

    def certificate(self, head: LogHead | None = None) -> dict[str, Any]:
        """What goes with a release copy: the result, the three hashes, and the audit head where there is one.

        The head is left out where "same input, same bytes" is wanted (contract, "Annotated copy").
        """
        out = {"certificate": 1, **self.to_json()}
        if head is not None:
            out["audit_head"] = {"seq": head.seq, "hash": head.hash}
        return out

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Verification:
        """From contract form.

        Raises:
            ValueError, KeyError, TypeError: it is not of that form.
        """
        kept = value.get("kept")
        return cls(
            file=str(value["file"]), sha256=str(value["sha256"]), page_count=int(value["page_count"]),
            findings=tuple(Finding.of(f) for f in value["findings"]),
            checks=tuple(Check.of(c) for c in value["checks"]),
            original_sha256=str(value.get("original_sha256", "")),
            marks_sha256=str(value.get("marks_sha256", "")), mark_count=int(value.get("mark_count", 0)),
            kept=Kept.of(kept) if kept is not None else None,
            warnings=tuple(str(w) for w in value["warnings"]),
            programs={str(k): str(v) for k, v in dict(value.get("programs", {})).items()},
            ocr=dict(value.get("ocr", {})),
        )


def marks_digest(marks: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of marks in their canonical JSON: keys sorted, no spaces, non-ASCII as is."""
    text = json.dumps(list(marks), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
