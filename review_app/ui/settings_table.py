"""Every setting, declared once: key, kind, default, limits, words, where it takes effect.

The dialog of the settings and their help page are made from :data:`TABLE`; a setting is added here and
nowhere else, beside the place that reads it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.errors import UsageError
from review_app.domain.ocr import OcrEngine, OcrMode, languages_of
from review_app.domain.people import Role
from review_app.ui import layout_kept
from review_app.ui.layout_kept import ColumnsKept, PanelsKept
from review_app.ui.settings import Kind, Setting

_N = QT_TRANSLATE_NOOP

GROUPS: dict[str, str] = {
    "window": _N("settings", "Window"),
    "pages": _N("settings", "Pages"),
    "review": _N("settings", "Reviewing"),
    "bands": _N("settings", "Bands"),
    "scan": _N("settings", "Recognising text"),
    "release": _N("settings", "Release copies"),
    "kept": _N("settings", "Remembered"),
}
"""Pages of the dialog, in their order."""

MAX_NAME = 200
MAX_PATH = 4096
MAX_LISTED = 100

AT_ONCE = _N("settings", "At once.")
NEXT_START = _N("settings", "When the program starts next.")
NEXT_SCAN = _N("settings", "With the next scan; F5 scans a document again.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("settings", text)


def _one_of(*values: str) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if value not in values:
            raise ValueError(_tr("Choose one of: {values}").format(values=", ".join(values)))
        return str(value)

    return parse


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(_tr("Write a number from {low} to {high}").format(low=low, high=high))
        return number

    return parse


def _text(value: Any, most: int = MAX_NAME) -> str:
    if not isinstance(value, str):
        raise ValueError(_tr("Write a text"))
    text = " ".join(value.split())
    if len(text) > most:
        raise ValueError(_tr("Write at most {most} characters").format(most=most))
    return text


def _languages(value: Any) -> str:
    parts = value if isinstance(value, list) else [str(value)]
    try:
        return "+".join(languages_of("+".join(parts)))
    except UsageError as error:
        raise ValueError(error.what) from None


def _folder(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_PATH or "\0" in value:
        raise ValueError(_tr("Name a folder"))
    return value.strip()


def _strings(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, (list, tuple)) or not all(isinstance(v, str) for v in values):
        raise ValueError(_tr("Write words"))
    return tuple(v for v in values if v)[:MAX_LISTED]


def _limits(value: Any) -> Limits:
    shown, likely, certain = (float(v) for v in value)
    if not all(math.isfinite(v) for v in (shown, likely, certain)):
        raise ValueError
    return Limits(certain, likely, shown)


def _place(value: Any) -> tuple[int, ...]:
    place = tuple(int(v) for v in value)
    if len(place) != 4 or place[2] <= 0 or place[3] <= 0 or any(abs(v) > 100_000 for v in place):
        raise ValueError
    return place


def _flag(value: Any) -> bool:
    return _one_of("true", "false")(value if isinstance(value, str) else str(value).lower()) == "true"


def _choice(
    key: str, group: str, label: str, about: str, choices: dict[str, str], effect: str = AT_ONCE
) -> Setting[str]:
    """A choice; the first is the default."""
    return Setting(key, Kind.CHOICE, next(iter(choices)), _one_of(*choices), label, about, effect, group,
                   choices=tuple(choices.items()))


def _number(
    key: str, group: str, label: str, about: str, default: int, low: int, high: int, step: int, unit: str,
    effect: str = AT_ONCE,
) -> Setting[int]:
    return Setting(key, Kind.NUMBER, default, _whole(low, high), label, about, effect, group,
                   low=low, high=high, step=step, unit=unit)


def _kept(
    key: str, default: Any, parse: Callable[[Any], Any], plain: Callable[[Any], Any], label: str, about: str,
) -> Setting[Any]:
    return Setting(key, Kind.KEPT, default, parse, label, about, "", "kept", plain)


THEME = _choice("window/theme", "window", _N("settings", "Colours"), _N(
    "settings", "Light or dark colours round the page; the page itself stays as it is on paper."), {
    "system": _N("settings", "as the system"), "light": _N("settings", "light"),
    "dark": _N("settings", "dark")})
TEXT_SIZE = _number("window/text_size", "window", _N("settings", "Size of the text"), _N(
    "settings", "Words of the window in percent of the system's own size; pages are not changed by it."),
    100, 80, 200, 10, " %")
OPENS = _choice("start/opens", "window", _N("settings", "Shown at the start"), _N(
    "settings", "What a workspace that has documents shows first."), {
    "waiting": _N("settings", "what has something to decide"),
    "last": _N("settings", "what was looked at last"), "start": _N("settings", "the start page")},
    NEXT_START)
RECENT = _number("recent/most", "window", _N("settings", "Workspaces remembered"), _N(
    "settings", "How many workspaces the start page offers; their folders stand in the settings file. 0 "
                "remembers none."), 8, 0, 20, 1, "")

ZOOM = _choice("pages/zoom", "pages", _N("settings", "Zoom at first"), _N(
    "settings", "How large the pages are shown until you zoom."), {
    "width": _N("settings", "as wide as the window"), "page": _N("settings", "whole pages"),
    "75": "75 %", "100": "100 %", "125": "125 %", "150": "150 %", "200": "200 %"})
CACHE = _number("pages/cache_mb", "pages", _N("settings", "Memory for pictures of pages"), _N(
    "settings", "Pictures of pages that are kept so that going back shows them at once; more helps with "
                "scans."), 128, 32, 1024, 32, " MB")

ADVANCE = _choice("review/advance", "review", _N("settings", "Go on by itself after"), _N(
    "settings", "Which steps go to the next undecided span by themselves, as the key N does."), {
    "never": _N("settings", "nothing: stay on the span"),
    "found": _N("settings", "confirm and reject"),
    "decided": _N("settings", "sustain, release and refer"),
    "both": _N("settings", "all of these")})
NAME = Setting("people/name", Kind.TEXT, "", _text, _N("settings", "Your name"), _N(
    "settings", "The name that stands in the audit log; empty takes your login name. --actor on the "
                "command line comes before it."), NEXT_START, "review")
ROLE = _choice("people/role", "review", _N("settings", "Role at the start"), _N(
    "settings", "What you work as when a workspace is opened; --role on the command line comes before it."), {
    "last": _N("settings", "the role you last had there"), Role.ANALYST: _N("settings", "analyst"),
    Role.SECOND_REVIEWER: _N("settings", "second reviewer"), Role.APPROVER: _N("settings", "approver"),
    Role.AUDITOR: _N("settings", "auditor, who only looks")}, NEXT_START)

SHOWN = _number("bands/shown", "bands", _N("settings", "Show spans from"), _N(
    "settings", "Suggestions the program is less sure of are hidden; what a person decided never is."),
    round(DEFAULT.shown * 100), 0, 100, 5, " %",
    _N("settings", "At once, in workspaces whose limits nobody moved."))
LIKELY = _number("bands/likely", "bands", _N("settings", "Likely from"), _N(
    "settings", "Confidence from which a span is called likely."), round(DEFAULT.likely * 100), 0, 100, 5,
    " %", SHOWN.effect)
CERTAIN = _number("bands/certain", "bands", _N("settings", "Certain from"), _N(
    "settings", "Confidence from which a span is called certain; not below the limit of likely."),
    round(DEFAULT.certain * 100), 0, 100, 5, " %", SHOWN.effect)

GAP = _choice("release/gap", "release", _N("settings", "Gaps nobody decided about"), _N(
    "settings", "How wide the gap of a removed stretch is. By what goes: constant for names, figures and "
                "single words, kept for passages. A gap that gives too much away wants a decision all "
                "the same."), {
    "auto": _N("settings", "by what goes"),
    "constant": _N("settings", "constant everywhere"), "round": _N("settings", "widened to steps"),
    "line": _N("settings", "the rest of the line goes, too"),
    "keep": _N("settings", "as wide as what goes")},
    _N("settings", "When a release copy is looked at next."))

OCR_MODE = _choice("scan/ocr", "scan", _N("settings", "Pages to recognise"), _N(
    "settings", "Which pages are read from their picture."), {
    OcrMode.AUTO: _N("settings", "those without a usable text layer"),
    OcrMode.NEVER: _N("settings", "none"),
    OcrMode.ALWAYS: _N("settings", "all that show a picture")}, NEXT_SCAN)
OCR_ENGINE = _choice("scan/engine", "scan", _N("settings", "Recognised by"), _N(
    "settings", "What reads the pictures; MuPDF needs a folder of language files. review-app doctor says "
                "what is on this computer."), {
    OcrEngine.AUTO: _N("settings", "what is there, Tesseract first"),
    OcrEngine.TESSERACT: _N("settings", "Tesseract"), OcrEngine.MUPDF: _N("settings", "MuPDF"),
    OcrEngine.RAPIDOCR: _N("settings", "RapidOCR")}, NEXT_SCAN)
OCR_LANGUAGES = Setting("scan/languages", Kind.TEXT, "eng", _languages, _N("settings", "Languages"), _N(
    "settings", "Languages of the pages, joined by +, for example eng+nld."), NEXT_SCAN, "scan")
TESSDATA = Setting("scan/tessdata", Kind.FOLDER, "", _folder, _N("settings", "Folder of language files"), _N(
    "settings", "A folder with files like eng.traineddata; empty for the one that Tesseract brings, or that "
                "REVIEW_APP_TESSDATA names."), NEXT_SCAN, "scan")

PLACE = _kept("window/place", (), _place, lambda p: [str(v) for v in p],
              _N("settings", "Place of the window"),
              _N("settings", "Where the window stood when it was closed."))
MAXIMISED = _kept("window/maximised", False, _flag, lambda v: "true" if v else "false",
                  _N("settings", "Window as large as the screen"),
                  _N("settings", "Whether the window filled the screen when it was closed."))
LIMITS = _kept("limits/*", DEFAULT, _limits, lambda v: [str(x) for x in (v.shown, v.likely, v.certain)],
               _N("settings", "Limits of the bands"),
               _N("settings", "Where you moved the limits, for each workspace."))
FAVOURITES = _kept(
    "codes/favourites",
    ("(b)(1)", "(b)(3)", "(b)(4)", "(b)(5)", "(b)(6)", "(b)(7)(A)", "(b)(7)(C)", "(b)(7)(E)", "1.4(d)"),
    _strings, list, _N("settings", "Codes on the keys 1 to 9"),
    _N("settings", "The favourite codes; Mark › Favourite codes changes them."))
LAST_CODES = _kept("codes/last", (), _strings, list, _N("settings", "Codes cited last"),
                   _N("settings", "They are offered first."))
WORKSPACES = _kept("recent/workspaces", (), _strings, list, _N("settings", "Workspaces opened last"),
                   _N("settings", "Their folders, as the start page offers them."))
DOCUMENTS = _kept("recent/documents/*", (), _strings, list, _N("settings", "Documents looked at last"),
                  _N("settings", "For each workspace, by their numbers in it; no names of files."))

PANELS = _kept("layout/panels", PanelsKept(), layout_kept.panels, layout_kept.plain,
               _N("settings", "Sizes of the panels"),
               _N("settings", "How wide and high you made the panels, and which tabs are in front; View › "
                              "Reset window layout forgets it."))
COLUMNS = _kept("layout/columns/*", ColumnsKept(), layout_kept.columns, layout_kept.plain,
                _N("settings", "Columns of the tables"),
                _N("settings", "Order, widths, hidden columns and sorting of each table."))

AT_START = (ZOOM, CACHE, SHOWN, LIKELY, CERTAIN, OCR_MODE, OCR_ENGINE, OCR_LANGUAGES, TESSDATA, GAP)
"""What has an effect on a window before it is shown."""

TABLE: tuple[Setting[Any], ...] = (
    THEME, TEXT_SIZE, OPENS, RECENT, ZOOM, CACHE, ADVANCE, NAME, ROLE, SHOWN, LIKELY, CERTAIN, OCR_MODE,
    OCR_ENGINE, OCR_LANGUAGES, TESSDATA, GAP, PLACE, MAXIMISED, LIMITS, FAVOURITES, LAST_CODES, WORKSPACES,
    DOCUMENTS, PANELS, COLUMNS,
)
"""All of them, in the order of the dialog."""
