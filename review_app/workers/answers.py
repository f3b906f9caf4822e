"""What a child answers is checked before anybody uses it.

A child that has met a hostile document may say anything. The frames are bounded by the protocol; here the
values of each task are held against their promised form. Everything raises :class:`ProtocolError`, whose
text holds no value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from review_app.domain.findings import ScanResult, SpanFinding
from review_app.workers.protocol import ProtocolError

MAX_PAGES = 1_000_000
MAX_POINTS = 14_400 * 75_000.0
"""The largest page there is: inches by the largest unit (ISO 32000-1, annex C, and table 30)."""

_HEX = frozenset("0123456789abcdef")


def check_part(task: str, values: dict[str, Any]) -> None:
    """Hold a part against the form its task promises.

    Raises:
        ProtocolError: it is not of that form.
    """
    if task == "scan":
        _run(_scan_part, values)
    elif task == "pages":
        _run(_sizes, values)


def check_answer(task: str, values: dict[str, Any], payload_size: int) -> None:
    """Hold a final answer against the form its task promises; a task without a form passes.

    Raises:
        ProtocolError: it is not of that form.
    """
    check = _ANSWERS.get(task)
    if check is not None:
        _run(lambda given: check(given, payload_size), values)


def _run(check: Callable[[dict[str, Any]], bool], values: dict[str, Any]) -> None:
    try:
        good = check(values)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        good = False
    if not good:
        raise ProtocolError("an answer that is not of the promised form")


def _scan_part(values: dict[str, Any]) -> bool:
    if "found" in values:  # what one page shows by itself, told early
        found = [SpanFinding.of(value) for value in values["found"]]
        return (
            _whole(values["page"], 1, MAX_PAGES) and _length(values["width"]) and _length(values["height"])
            and all(span.page == values["page"] and span.rects for span in found)
        )
    return (
        _whole(values["page"], 1, MAX_PAGES) and _length(values["width"]) and _length(values["height"])
        and isinstance(values["text"], str)
    )


def _scan(values: dict[str, Any], payload_size: int) -> bool:
    result = ScanResult.of(values)
    count = len(result.pages)
    places = [
        *(span.page for span in result.spans), *(reading.page for reading in result.record),
        *(hidden.page for hidden in result.recoverable),
    ]
    return (
        _digest(values["sha256"]) and values["page_count"] == count and payload_size == 0
        and [p.number for p in result.pages] == list(range(1, count + 1))
        and all(_length(p.width) and _length(p.height) for p in result.pages)
        and all(1 <= place <= count for place in places)
    )


def _pages(values: dict[str, Any], payload_size: int) -> bool:
    return payload_size == 0 and _sizes(values) and len(values["sizes"]) == values["page_count"]


def _first_pages(values: dict[str, Any], payload_size: int) -> bool:
    return payload_size == 0 and _sizes(values)


def _sizes(values: dict[str, Any]) -> bool:
    sizes = values["sizes"]
    if not (
        isinstance(values["media_type"], str) and _whole(values["page_count"], 1, MAX_PAGES)
        and isinstance(sizes, list) and 0 < len(sizes) <= values["page_count"]
        and set(map(len, sizes)) == {2}
    ):
        return False
    # All at once: one by one the lengths of 5,000 pages take as long to look at as to read.
    lengths = [length for size in sizes for length in size]
    return (
        {*map(type, lengths)} <= {int, float} and math.isfinite(sum(lengths))
        and min(lengths) > 0 and max(lengths) <= MAX_POINTS
    )


def _render(values: dict[str, Any], payload_size: int) -> bool:
    width, height, stride = values["width"], values["height"], values["stride"]
    return (
        _whole(width, 1, 1 << 20) and _whole(height, 1, 1 << 20) and _whole(stride, 4 * width, 1 << 24)
        and stride * height == payload_size
    )


def _words(values: dict[str, Any], payload_size: int) -> bool:
    words = values["words"]
    return payload_size == 0 and isinstance(words, list) and all(
        len(word) in (6, 7) and all(_number(v) for v in word[:4]) and isinstance(word[4], str)
        and _whole(word[5], 0, 1 << 31)
        and all(isinstance(places, list) and all(_number(v) for v in places) for places in word[6:])
        for word in words
    )


def _annotate(values: dict[str, Any], payload_size: int) -> bool:
    return _digest(values["sha256"]) and _whole(values["page_count"], 1, MAX_PAGES) and payload_size == 0


def _anchor(values: dict[str, Any], payload_size: int) -> bool:
    anchor = values["anchor"]
    return payload_size == 0 and (
        anchor is None
        or (
            _whole(anchor["seq"], 0, 1 << 62) and _digest(anchor["hash"])
            and _digest(anchor["document_sha256"])
        )
    )


def _ocr(values: dict[str, Any], payload_size: int) -> bool:
    return payload_size == 0 and all(
        set(row) == {"name", "works", "text"} and all(isinstance(text, str) for text in row.values())
        for row in values["engines"]
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _length(value: object) -> bool:
    return isinstance(value, int | float) and _number(value) and 0 < value <= MAX_POINTS


def _whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= _HEX


_ANSWERS: dict[str, Callable[[dict[str, Any], int], bool]] = {
    "scan": _scan, "pages": _pages, "render": _render, "words": _words, "annotate": _annotate,
    "anchor": _anchor, "ocr": _ocr, "first_pages": _first_pages,
}
