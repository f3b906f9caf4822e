"""Where a setting has its effect: told once at the start, and again when it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from review_app.domain.bands import DEFAULT
from review_app.domain.errors import ReviewError
from review_app.domain.guessing import Gap
from review_app.domain.ocr import OcrEngine, OcrMode, OcrSettings, languages_of
from review_app.ui import codes_kept, limits_kept, look, settings
from review_app.ui.settings import Setting
from review_app.ui.settings_table import (
    CACHE,
    CERTAIN,
    FAVOURITES,
    GAP,
    LAST_CODES,
    LIKELY,
    LIMITS,
    OCR_ENGINE,
    OCR_LANGUAGES,
    OCR_MODE,
    SHOWN,
    TESSDATA,
    TEXT_SIZE,
    THEME,
    ZOOM,
)

if TYPE_CHECKING:
    from review_app.review.desk import Desk
    from review_app.ui.bridge import Bridge
    from review_app.ui.main_window import MainWindow

OCR = (OCR_MODE, OCR_ENGINE, OCR_LANGUAGES, TESSDATA)
BANDS = (SHOWN, LIKELY, CERTAIN)
MIB = 2**20


class Applying:
    """Knows the parts of one window that settings are about."""

    def __init__(self, window: MainWindow, desk: Desk, bridge: Bridge) -> None:
        self._window = window
        self._bridge = bridge
        self._desk = desk
        self._start_limits = limits_kept.start()
        self._laid_for = window.font().pointSizeF()

    def at_start(self) -> None:
        """What is not as the parts have it by themselves. Called before anything is shown."""
        if settings.get(ZOOM) != ZOOM.default:
            self._zoom()
        if settings.get(CACHE) != CACHE.default:
            self._window.page.pictures.set_budget(settings.get(CACHE) * MIB)
        if self._start_limits != DEFAULT:
            self._window.spans.limits.set_start(self._start_limits)
        if settings.is_set(GAP):
            self._desk.releases.gap = Gap(settings.get(GAP))
        if any(settings.is_set(s) for s in OCR):
            self._desk.use_ocr(ocr())

    def apply(self, setting: Setting[Any]) -> str:
        """A setting has another value now. Says what is wrong with it, empty when nothing is."""
        application = QApplication.instance()
        if setting in (THEME, TEXT_SIZE) and isinstance(application, QApplication):
            look.apply(application)
            # Widgets have the new size and colours when the event loop runs again.
            QTimer.singleShot(0, self._window, self._after_look)
        elif setting == ZOOM:
            self._zoom()
        elif setting == CACHE:
            self._window.page.pictures.set_budget(settings.get(CACHE) * MIB)
        elif setting in BANDS:
            return self._bands()
        elif setting == LIMITS:
            self._window.current.set_limits(limits_kept.start())
        elif setting in (FAVOURITES, LAST_CODES):
            self._window.inspector.set_favourites(codes_kept.favourites(), codes_kept.last_used())
        elif setting == GAP:
            self._desk.releases.gap = Gap(settings.get(GAP))
        elif setting in OCR:
            return self._ocr()
        return ""

    def _after_look(self) -> None:
        if self._window.font().pointSizeF() != self._laid_for:
            self._laid_for = self._window.font().pointSizeF()
            self._window.comfort.lay_panels()
        for widget in self._window.findChildren(QWidget):
            sheet = widget.styleSheet()
            if sheet:  # such a widget keeps the font and colours it had when it got its sheet
                widget.setStyleSheet("")
                widget.setStyleSheet(sheet)

    def _zoom(self) -> None:
        page, wanted = self._window.page, settings.get(ZOOM)
        if wanted == "width":
            page.fit_width()
        elif wanted == "page":
            page.fit_page()
        else:
            page.set_zoom(float(wanted))

    def _bands(self) -> str:
        """Move the limits here too, unless somebody moved them in this workspace."""
        start, was = limits_kept.start(), self._start_limits
        if self._window.current.limits == was:
            self._window.current.set_limits(start)
        self._start_limits = start
        self._window.spans.limits.set_start(start)
        if settings.get(LIKELY) > settings.get(CERTAIN):
            return QCoreApplication.translate(
                "settings", "The limit of certain lies below that of likely: until one is moved, the first "
                            "values count.")
        return ""

    def _ocr(self) -> str:
        """Scan so from now on, and say in words where that cannot be done."""
        self._desk.use_ocr(ocr())
        job = self._bridge.run(
            lambda _progress, _cancel: self._desk.check_ocr(),
            QCoreApplication.translate("settings", "Looking for what recognises text"))
        job.failed.connect(self._on_refused)
        return ""

    def _on_refused(self, error: ReviewError) -> None:
        self._window.problems.report(error)


def ocr() -> OcrSettings:
    """How pages are recognised, as it is set."""
    return OcrSettings(
        mode=OcrMode(settings.get(OCR_MODE)), engine=OcrEngine(settings.get(OCR_ENGINE)),
        languages=languages_of(settings.get(OCR_LANGUAGES)), tessdata=settings.get(TESSDATA),
    )
