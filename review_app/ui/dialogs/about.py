"""About the program: version, licences of all it is made of, and where its things lie."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from review_app import __version__
from review_app.domain.display import shown
from review_app.domain.values import dataclass
from review_app.ui import settings
from review_app.ui.look import sized
from review_app.ui.panels.tables import table_of_texts

LIBRARIES = (
    "PySide6-Essentials", "shiboken6", "pymupdf", "pikepdf", "pypdfium2", "sqlite-utils", "click", "rich",
    "platformdirs", "rapidfuzz", "Pillow", "numpy", "rapidocr", "onnxruntime",
)
"""What the program is built on; the last two only where they were installed."""
OPTIONAL = ("rapidocr", "onnxruntime")
LONGEST = 60
COPIED_MS = 4_000


def _tr(text: str) -> str:
    return QCoreApplication.translate("about", text)


@dataclass(frozen=True, slots=True)
class Part:
    """Something the program is made of."""

    name: str
    version: str
    licence: str


def parts() -> list[Part]:
    """Libraries as they are installed, then fonts and data that come with the program."""
    found = [Part("Python", platform.python_version(), "PSF-2.0"), Part("Qt", qVersion(), "LGPL-3.0-only")]
    for name in LIBRARIES:
        try:
            found.append(Part(name, metadata.version(name), licence_of(name)))
        except metadata.PackageNotFoundError:
            if name not in OPTIONAL:
                found.append(Part(name, _tr("not installed"), "–"))
    return [
        *found,
        Part("DejaVu Sans Mono", "2.37", _tr("Bitstream Vera licence, beside the font")),
        Part(_tr("own data and samples"), __version__, "AGPL-3.0-or-later"),
    ]


def licence_of(name: str) -> str:
    """What an installed package says of its licence, in short."""
    about = metadata.metadata(name)
    said = about.get("License-Expression") or ""
    if not said:
        classes = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or ()
                   if c.startswith("License :: ") and not c.endswith("OSI Approved")]
        said = ", ".join(classes)
    said = said or (about.get("License") or "").strip().partition("\n")[0]
    return said if len(said) <= LONGEST else said[:LONGEST - 1] + "…" if said else _tr("not said")


def diagnosis() -> str:
    """What helps to find the reason of a problem: versions and the kind of computer. No path, no name, and
    nothing of any document."""
    lines = [f"Review App {__version__}", f"{platform.system()} {platform.release()} {platform.machine()}"]
    lines += [f"{p.name} {p.version}" for p in parts() if p.licence != "AGPL-3.0-or-later"]
    application = QApplication.instance()
    if isinstance(application, QApplication):
        screen = QGuiApplication.primaryScreen()
        lines.append(f"platform {application.platformName()}, style {application.style().objectName()}")
        if screen is not None:
            size = screen.size()
            lines.append(f"screen {size.width()}x{size.height()} at {screen.devicePixelRatio():g}")
        lines.append(f"text {application.font().pointSizeF():g} pt")
    return "\n".join(lines)


class AboutDialog(QDialog):
    """Words, a table of licences, and the lines for whoever helps."""

    def __init__(self, workspace: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_tr("About Review App"))
        sized(self, 110, 40)
        text = self._words("\n".join((
            f"Review App {__version__} · Python {platform.python_version()} · Qt {qVersion()}", "",
            _tr("Free software under the GNU Affero General Public License, version 3 or later (AGPL): you "
                "may use, study, change and pass it on, and whoever gets it from you has the same rights. It "
                "comes without any warranty. Its licence is in the file LICENSE."),
            "",
            _tr("It never uses a network. Originals are never changed."),
        )))
        text.setAccessibleName(_tr("About this program"))
        self.table = self._make_table()
        places = QFormLayout()
        places.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, place in ((_tr("Workspace"), workspace), (_tr("Settings"), settings.location())):
            label = self._words(shown(place))
            label.setAccessibleName(name)
            places.addRow(f"{name}:", label)
        self.copy = QPushButton(_tr("&Copy versions"), self)
        self.copy.setAutoDefault(False)
        self.copy.setToolTip(_tr("Versions and the kind of computer, for whoever helps you; no path, no "
                                 "name, nothing of any document"))
        self.copy.clicked.connect(self._copy)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(COPIED_MS)
        self._copied.timeout.connect(lambda: self.copy.setText(_tr("&Copy versions")))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(text)
        column.addWidget(self.table, 1)
        column.addLayout(places)
        column.addWidget(buttons)

    def done(self, result: int) -> None:
        """Close; a button that says *copied* says so no longer."""
        self._copied.stop()
        self.copy.setText(_tr("&Copy versions"))
        super().done(result)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(diagnosis())
        self.copy.setText(_tr("Copied"))
        self._copied.start()

    def _words(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setMinimumWidth(1)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        return label

    def _make_table(self) -> QTableWidget:
        table = table_of_texts(
            [_tr("Part"), _tr("Version"), _tr("Licence")],
            [(part.name, part.version, part.licence) for part in parts()], (2,), self)
        table.setAccessibleName(_tr("Parts of the program and their licences"))
        table.setMinimumHeight(table.fontMetrics().height() * 7)
        return table
