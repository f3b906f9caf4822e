"""Text and pictures of a release copy that its original does not have: a removed word may come back in any
disguise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from review_app.domain.geometry import Rect
from review_app.domain.verification import Channel, Finding
from review_app.engine.regions import Regions
from review_app.engine.verify_images import TONES, pictures_of, shows
from review_app.engine.verify_kept import annotations_of
from review_app.engine.verify_places import compact
from review_app.engine.verify_text import PAGE_SCALE, Box, TextPage

MAX_ASKED = 2_000
"""Words that are new on one page and looked at one by one."""

_NEAR = 1.0
"""Points: two readings of one letter lie so close."""

_DOT = 3.0
"""Points: a picture smaller than that shows nothing to people."""

_WORD = re.compile(r"\S+")


def findings(
    number: int, first: TextPage, second: TextPage, skipped: Sequence[Rect], codes: Sequence[str],
    place: Callable[[Box], Rect], is_same: Callable[[Rect], bool],
) -> list[Finding]:
    """What of a page (from 1) is new, in the words of a certificate; for the rest see ``added``."""
    what = "text that the original does not have here"
    texts = [
        Finding(Channel.HIDDEN_TEXT if is_hidden else Channel.KEPT, what, page=number, rect=rect)
        for rect, is_hidden in added(first, second, skipped, codes, place, is_same)
    ]
    what = "a picture that the original does not have and nobody sees"
    pictures = hidden_pictures(first, second, place)
    return texts + [Finding(Channel.IMAGE, what, page=number, rect=rect) for rect in pictures]


def added(
    first: TextPage, second: TextPage, skipped: Sequence[Rect], codes: Sequence[str],
    place: Callable[[Box], Rect], is_same: Callable[[Rect], bool],
) -> list[tuple[Rect, bool]]:
    """Words that stand on the output's page and not at their place on the original's: page space, and whether
    nobody sees them.

    Args:
        first: the original's page.
        second: the output's.
        skipped: marks and lines laid anew, in page space: other checks look there.
        codes: what may be printed, in compared form.
        place: from user space to page space.
        is_same: does the output look at a place as the original did, and show something there? Patterns and
            fields become plain text, which only then can be read.
    """
    new = Counter(second.text.split()) - Counter(first.text.split())
    if not new:
        return []
    regions = Regions(skipped)
    there: list[tuple[str, tuple[int, int]]] = []
    for match in _WORD.finditer(second.text):
        word = match.group()
        if new.get(word) and any(map(str.isalnum, word)) and not _is_code(word, codes):
            there.append((word, (second.index_of(match.start()), second.index_of(match.end() - 1) + 1)))
            if len(there) >= MAX_ASKED:
                break
    found = []
    # What fields and stamps say is page content now; not all of them are drawn without a form's own engine.
    fields = Regions([Rect(*box) for box in annotations_of(first, room=2.0)])
    stretches = [stretch for _, stretch in there]
    for stretch, box in zip(stretches, second.all_bounds(stretches), strict=True):
        if box is None:
            continue
        rect = place(box)
        if regions.near(rect) or _was_there(first, second, stretch, box):
            continue
        hidden = bool(second.unseen([stretch]))
        if hidden or not (fields.near(Rect(*box)) or is_same(rect)):
            found.append((rect, hidden))
    return found


def _is_code(word: str, codes: Sequence[str]) -> bool:
    plain = compact(word)
    return not plain or any(plain in code for code in codes)


def _was_there(first: TextPage, second: TextPage, stretch: tuple[int, int], box: Box) -> bool:
    """True where the original has every one of these letters at its place: only the spaces between them are
    read in another way, or a mark took the rest of the word."""
    indexes = np.arange(*stretch)
    wide = (box[0] - _NEAR, box[1] - _NEAR, box[2] + _NEAR, box[3] + _NEAR)
    near = first.chars_meeting(wide)
    codes = first.chars.codes(np.array([c.index for c in near], dtype=np.int64)) if near else []
    known: dict[int, list[Box]] = {}
    for code, char in zip(codes, near, strict=True):
        known.setdefault(code, []).append(char.box)
    for code, own in zip(second.chars.codes(indexes), second.chars.boxes(indexes).tolist(), strict=True):
        if not chr(code).isalnum() or (own[0] == own[2] and own[1] == own[3]):
            continue
        if not any(max(abs(a - b) for a, b in zip(own, other, strict=True)) <= _NEAR
                   for other in known.get(code, ())):
            return False
    return True


def hidden_pictures(first: TextPage, second: TextPage, place: Callable[[Box], Rect]) -> list[Rect]:
    """Pictures that show something, lie where the original has none, and are not to be seen: as small as a
    dot, or of the tone of what is behind them (page space)."""
    known = [box for _, box in pictures_of(first.page)]
    found = []
    for handle, box in pictures_of(second.page):
        if any(all(o - _NEAR <= b for o, b in zip(old[:2], box[:2], strict=True))
               and all(b <= o + _NEAR for o, b in zip(old[2:], box[2:], strict=True)) for old in known):
            continue
        rect = place(box)
        if min(rect.width, rect.height) >= _DOT:
            x0, y0, x1, y1 = second.frame.pixels(box, PAGE_SCALE, second.picture(PAGE_SCALE).shape)
            part = second.picture(PAGE_SCALE)[y0:y1, x0:x1]
            if part.size and int(part.max()) - int(part.min()) > TONES // 2:
                continue
        if shows(handle):
            found.append(rect)
    return found
