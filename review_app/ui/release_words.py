"""The words of release copies on the screen: gaps, what their widths give away, steps, what is left open."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from review_app.domain.guessing import Gap, Guessability, Kind, Level
from review_app.domain.releases import Open, Step

_CONTEXT = "release"

_GAP = {
    Gap.AUTO: QT_TRANSLATE_NOOP("release", "as the program chooses"),
    Gap.CONSTANT: QT_TRANSLATE_NOOP("release", "one width for all gaps"),
    Gap.ROUND: QT_TRANSLATE_NOOP("release", "rounded to 18 points"),
    Gap.LINE: QT_TRANSLATE_NOOP("release", "rest of the line removed too"),
    Gap.KEEP: QT_TRANSLATE_NOOP("release", "as wide as what goes"),
}
_SHORT_GAP = {
    Gap.AUTO: QT_TRANSLATE_NOOP("release", "chosen"),
    Gap.CONSTANT: QT_TRANSLATE_NOOP("release", "one width"),
    Gap.ROUND: QT_TRANSLATE_NOOP("release", "rounded"),
    Gap.LINE: QT_TRANSLATE_NOOP("release", "line goes too"),
    Gap.KEEP: QT_TRANSLATE_NOOP("release", "kept"),
}
# The sign says what the colour says, for those who do not see the colour.
_LEVEL = {
    Level.GREEN: QT_TRANSLATE_NOOP("release", "✓ green"),
    Level.AMBER: QT_TRANSLATE_NOOP("release", "▲ amber"),
    Level.RED: QT_TRANSLATE_NOOP("release", "✖ red"),
}
_STEP = {
    Step.COPY: QT_TRANSLATE_NOOP("release", "Copy the original"),
    Step.REMOVE: QT_TRANSLATE_NOOP("release", "Remove what is marked, rebuild the pages"),
    Step.SANITISE: QT_TRANSLATE_NOOP("release", "Cut fonts, leave out what nobody sees"),
    Step.VERIFY: QT_TRANSLATE_NOOP("release", "Attack the result and verify it"),
    Step.DELIVER: QT_TRANSLATE_NOOP("release", "Deliver the copy and its certificate"),
}
_OPEN = {
    Open.NOTHING_MARKED: QT_TRANSLATE_NOOP(
        "release", "Nothing is marked: only what nobody sees is left out of the copy"),
    Open.WITHOUT_CODE: QT_TRANSLATE_NOOP("release", "Marks that cite no code: {count}"),
    Open.UNDECIDED: QT_TRANSLATE_NOOP(
        "release", "Suggestions nobody has decided about, left as they are: {count}"),
    Open.RELEASED: QT_TRANSLATE_NOOP(
        "release", "Marks decided to be released, so their words stay: {count}"),
    Open.ELSEWHERE: QT_TRANSLATE_NOOP(
        "release", "Places where words that go also stand, unmarked, and stay readable: {count}"),
    Open.BESIDE: QT_TRANSLATE_NOOP(
        "release", "Marks that take no text, though a line of text lies close to them: {count}"),
    Open.ALONE: QT_TRANSLATE_NOOP("release", "Marks that no second person looked at: {count}"),
}


def tr(text: str) -> str:
    """A text of this part of the window in the reader's language."""
    return QCoreApplication.translate(_CONTEXT, text)


def gap(value: Gap) -> str:
    """What becomes of a gap."""
    return tr(_GAP[value])


def short_gap(value: Gap) -> str:
    """The same for a narrow column."""
    return tr(_SHORT_GAP[value])


def level(value: Level) -> str:
    """How much a gap gives away, as a sign and a word."""
    return tr(_LEVEL[value])


def step(value: Step) -> str:
    """A step of the work."""
    return tr(_STEP[value])


def open_point(value: Open, count: int) -> str:
    """What is left open."""
    return tr(_OPEN[value]).format(count=count)


def guess(value: Guessability, kind: Kind) -> str:
    """What a reader who measures the gap is left with: figures, no candidates."""
    if kind is Kind.NONE:
        return tr("no text there")
    if not value.entries and not value.known:
        return tr("too long to be guessed from a list")
    if value.tells_nothing:
        return tr("its width rules nothing out")
    parts = []
    if value.entries:
        parts.append(tr("{fits} of {entries} entries fit, {bits} bits left").format(
            fits=f"{value.fits:,}", entries=f"{value.entries:,}", bits=f"{value.bits:.1f}"))
        if value.rank:
            parts.append(tr("the true one is no. {rank}").format(rank=value.rank))
    if value.known:
        parts.append(tr("{fits} of {count} known names").format(fits=value.known_fits, count=value.known))
    return " · ".join(parts)


def short_guess(value: Guessability, kind: Kind) -> str:
    """The same for a narrow column."""
    if kind is Kind.NONE:
        return tr("no text")
    if not value.entries and not value.known:
        return tr("in no list")
    if value.tells_nothing:
        return tr("tells nothing")
    if value.entries:
        return tr("{fits} of {entries} fit, {bits} bits").format(
            fits=f"{value.fits:,}", entries=f"{value.entries:,}", bits=f"{value.bits:.1f}")
    return tr("{fits} of {count} known names").format(fits=value.known_fits, count=value.known)


def not_measured() -> str:
    """Nobody knows what a gap gives away."""
    return tr("its width cannot be measured on this page")


def guess_line(value: Guessability, kind: Kind) -> str:
    """The same with its level before it."""
    return f"{level(value.level)}: {guess(value, kind)}"
