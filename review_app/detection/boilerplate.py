"""The tail of a web page: paywall and subscription lines under an article. No withholding (domain 5.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from review_app.detection.flow import Flow
from review_app.domain.content import PageContent

MAX_LINE = 120
_MAX_TAIL = 40
_PHRASES = re.compile(
    "|".join(
        (
            r"\bfree (?:stor(?:y|ies)|articles?)\b|\bstories this month\b|\barticles? this (?:month|week)\b",
            r"\bunlimited\b|\bwithout limits?\b|\bsubscri(?:be|ption|ber)s?\b|\bsign (?:up|in)\b|\blog in\b",
            r"\bnewsletter\b|\bcontinue reading\b|\bread (?:more|the full|our)\b|\bonly [$£€]\s?\d",
            r"[$£€]\s?\d+(?:\.\d\d)? (?:for|a|per) |\bcookies?\b|\bprivacy policy\b",
            r"\bterms of (?:use|service)\b|\ball rights reserved\b|\bcancel any ?time\b",
            r"\bget (?:every|all|full|our|more)\b|\balready a (?:member|subscriber)\b",
            r"\bthis (?:article|page) is for\b|\bshare (?:this|on)\b|\bfollow us\b|\badvertisement\b",
            r"\b(?:month|weeks?|year)s?\b.{0,20}\b(?:free|trial)\b",
        )
    ),
    re.IGNORECASE,
)


def tail_lines(flow: Flow) -> range:
    """Indexes of the flow's lines that form such a tail, from the end upwards; empty when there is none.

    Blank lines between them belong to the tail. A line longer than 120 characters ends it.
    """
    first = len(flow.texts)
    for index in range(len(flow.texts) - 1, max(-1, len(flow.texts) - 1 - _MAX_TAIL), -1):
        text = flow.texts[index].strip()
        if not text:
            continue
        if len(text) > MAX_LINE or not _PHRASES.search(text):
            break
        first = index
    return range(first, len(flow.texts)) if first < len(flow.texts) else range(0)


def web_tail(pages: Sequence[PageContent]) -> tuple[str, ...]:
    """The lines of the tail as printed, without the blank ones."""
    flow = Flow(pages)
    return tuple(flow.lines[i].text for i in tail_lines(flow) if flow.texts[i].strip())
