"""Exemption codes alone in the margin of a document released in part: each marks withheld text beside it.

The text layer shows the code, not the box. The span therefore takes the lines of the code, says so, and
is never "certain" by itself.
"""

from __future__ import annotations

import re

from review_app.detection import codes as code_lists
from review_app.detection.flow import Flow
from review_app.detection.release import tail_codes
from review_app.domain.findings import CodeReading
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Provenance

# Lines about a classification made in the review, and code lists of a legend, are no margins.
_NO_MARGIN = re.compile(r"\b(?:Reason:|Classified by|Class:|Declassify on|REASON:|DECL:|E\.O\.|TAGS)")
_LEGEND = re.compile(
    r"explanation of (?:foia )?exemptions|foia exemptions|exemption (?:key|legend|codes)|"
    r"freedom of information act.{0,40}exemptions|subsections of title 5|"
    r"restriction codes|withdrawal sheet|explanation of (?:redactions|codes)",
    re.IGNORECASE,
)
_MAY_SAY = re.compile(
    r"exemption|subsections of title|restriction code|withdrawal|explanation of", re.IGNORECASE
)
_HEAD = re.compile(r"\s{0,40}(?:\(b\)\(\d\)|B\d)(?:\([A-F]\))?\s{1,40}[A-Za-z]{3,}")
_OPEN_ADDRESS = re.compile(r"(?:<|\[mailto:?)[^<>\[\]]{0,80}$|<\s*$", re.IGNORECASE)
_SECTION = re.compile(r"3\.3\([bh]\)\(\d\)|3\.5\(c\)|(?:25|50)X\d.*")
# "From: Example, A <" or "[mailto:" with nothing behind it: the address itself is gone (trap 25).
_GONE_ADDRESS = re.compile(r"(?:<|\[mailto)[\s:.;_-]{0,12}$", re.IGNORECASE)
_MAIL_LABEL = re.compile(r"^\s{0,60}(?:From|To|Cc|Bcc)\b")
PRIVACY = "(b)(6)"
LEGEND_CODES = 6


@dataclass(frozen=True, slots=True)
class MarginCode:
    """Codes in the margin of flow lines ``first`` to ``last``; ``at`` are the columns of the codes."""

    first: int
    last: int
    codes: tuple[CodeReading, ...]
    confidence: float
    reasons: tuple[str, ...]


def legend_pages(flow: Flow) -> frozenset[int]:
    """Pages that explain codes (domain reference, rule 6): a heading says so, or codes head many lines."""
    found: set[int] = set()
    heads: dict[int, int] = {}
    may_say = bool(_MAY_SAY.search(flow.text))
    for index, text in enumerate(flow.texts):
        page = flow.lines[index].page
        if may_say and len(text) < 200 and _LEGEND.search(text):
            found.add(page)
        if _HEAD.match(text):
            heads[page] = heads.get(page, 0) + 1
    return frozenset(found | {page for page, count in heads.items() if count >= LEGEND_CODES})


def find(
    flow: Flow, printed: frozenset[str], skipped: frozenset[int], because: str, sections_only: bool = False
) -> list[MarginCode]:
    """All margin codes.

    Args:
        flow: a document that a stamp says was released in part, or that carries an agency's release stamp.
        because: that stamp, in words.
        sections_only: believe only codes that name a section (``3.3(h)(2)``, ``3.5(c)``, ``25X1``): the
            stamp does not say that anything was withheld.
        printed: the canonical codes of its release line; empty when it prints none.
        skipped: flow lines of stamps, legends and boilerplate.
    """
    hits: list[tuple[int, int, tuple[CodeReading, ...], bool]] = []
    for index, text in enumerate(flow.texts):
        if index in skipped or not text.strip() or _NO_MARGIN.search(text[:400]):
            continue
        column = tail_codes(flow, index, repair=bool(printed), expected=printed)
        if column is None:
            continue
        read = code_lists.read_list(text[column:], Provenance.MARGIN, repair=bool(printed), expected=printed)
        alone = not text[:column].strip(" |_-.")
        if not read.codes or (read.repaired and not alone):
            continue
        if sections_only and not all(_SECTION.fullmatch(c.code) for c in read.codes):
            continue
        if alone and column == 0 and not printed:
            continue  # a code at the left edge with nothing to confirm it may be an item of a list
        hits.append((index, column, read.codes, alone))
    return [_span(flow, group, printed, because) for group in _stacks(flow, hits)]


def _stacks(
    flow: Flow,
    hits: list[tuple[int, int, tuple[CodeReading, ...], bool]],
) -> list[list[tuple[int, int, tuple[CodeReading, ...], bool]]]:
    """Codes printed one under the other belong to one passage."""
    groups: list[list[tuple[int, int, tuple[CodeReading, ...], bool]]] = []
    for hit in hits:
        if groups:
            last = groups[-1][-1]
            known = {c.code for h in groups[-1] for c in h[2]}
            near = hit[0] - last[0] <= 2 and not any(
                flow.texts[i].strip() for i in range(last[0] + 1, hit[0])
            )
            new = not any(c.code in known for c in hit[2])
            # A line that holds nothing but codes goes on with the stack; a new line of text is a new place
            # unless only codes stood above it.
            only_codes = all(h[3] for h in groups[-1])
            if near and new and abs(hit[1] - last[1]) <= 12 and (hit[3] or only_codes):
                groups[-1].append(hit)
                continue
        groups.append([hit])
    return groups


def _span(
    flow: Flow,
    group: list[tuple[int, int, tuple[CodeReading, ...], bool]],
    printed: frozenset[str],
    because: str,
) -> MarginCode:
    codes = tuple(c for hit in group for c in hit[2])
    reasons = ["an exemption code stands in the margin", because]
    sure = 0.78
    if printed and all(c.code in printed for c in codes):
        sure += 0.1
        reasons.append("its release stamp prints the same code")
    elif printed:
        sure -= 0.15
        reasons.append("its release stamp does not print this code")
    head = flow.texts[group[0][0]][: group[0][1]].rstrip()
    if _OPEN_ADDRESS.search(head[-100:]):
        sure = min(0.95, sure + 0.05)
        reasons.append("an address before it is cut off")
    if any(c.confidence < 0.8 for c in codes):
        sure -= 0.15
        reasons.append("the code was misread and mended")
    return MarginCode(group[0][0], group[-1][0], codes, sure, tuple(reasons))


def cut_addresses(
    flow: Flow, printed: frozenset[str], skipped: frozenset[int]
) -> list[tuple[int, int, tuple[str, ...]]]:
    """Mail addresses cut off in a document whose release stamp prints (b)(6): start, end, reasons.

    An address that merely lost its closing sign still has its text; here nothing follows the opening sign.
    """
    if PRIVACY not in printed:
        return []
    found: list[tuple[int, int, tuple[str, ...]]] = []
    for index, text in enumerate(flow.texts):
        if index in skipped or len(text) > 400 or not _MAIL_LABEL.match(text):
            continue
        match = _GONE_ADDRESS.search(text)
        below = flow.texts[index + 1].strip()[:80] if index + 1 < len(flow.texts) else ""
        if match is None or ">" in below or "@" in below or "]" in below:
            continue
        found.append(
            (
                flow.starts[index] + match.start(),
                flow.starts[index] + len(text.rstrip()),
                (
                    "a mail address is cut off right behind its opening sign",
                    f"the release stamp of the document prints {PRIVACY}, personal privacy",
                ),
            )
        )
    return found
