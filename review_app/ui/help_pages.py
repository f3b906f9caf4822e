"""The pages of the help: Markdown from ``resources/help``, and the parts made from the program's own tables.

A list that stands in the program already (actions and their keys, settings) is made from it each time a page
is shown, so that the help cannot name what is not there.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from review_app.domain.resources import resource_path
from review_app.domain.values import dataclass
from review_app.ui.action_spec import ActionSpec
from review_app.ui.actions import MENUS, TABLE, plain_text
from review_app.ui.dialogs.lists import KEYS_IN_PLACES
from review_app.ui.settings import Kind, Setting
from review_app.ui.settings_table import GROUPS
from review_app.ui.settings_table import TABLE as SETTINGS

ORDER = (
    "first-steps", "spans", "deciding", "record", "marking", "two-people", "audit-log", "release",
    "shortcuts", "settings", "problems", "extending",
)
"""Names of the pages, in the order of the contents; each is a file ``NAME.md``."""

_MARKER = re.compile(r"^<!-- made: (\w+) -->$", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``title`` is its first heading, ``text`` all of it in Markdown."""

    name: str
    title: str
    text: str

    def holds(self, words: str) -> bool:
        """True when all these words stand in it."""
        text = self.text.casefold()
        return all(word in text for word in words.casefold().split())


def load(name: str) -> Page:
    """A page of :data:`ORDER`.

    Raises:
        OSError: the file is not there.
    """
    text = resource_path("help", f"{name}.md").read_text(encoding="utf-8")
    text = _MARKER.sub(lambda found: _MADE[found[1]](), text)
    return Page(name, text.partition("\n")[0].lstrip("# ").strip(), text)


def native(keys: str) -> str:
    """Keys as this system writes them."""
    sequence = QKeySequence(keys, QKeySequence.SequenceFormat.PortableText)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)


def name_of(spec: ActionSpec) -> str:
    """An action's name as the help writes it."""
    return plain_text(QCoreApplication.translate("actions", spec.text)).rstrip("…")


def shortcuts() -> str:
    """Every action with its keys and what it does, by menu; then the keys of single places."""
    lines: list[str] = []
    for menu_id, title in MENUS.items():
        lines += [f"## {plain_text(QCoreApplication.translate('menus', title))}", "",
                  _row(_tr("Action"), _tr("Keys"), _tr("What it does")), _row("---", "---", "---")]
        for spec in TABLE:
            if spec.menu == menu_id:
                keys = ", ".join(f"`{native(k)}`" for k in spec.keys)
                tip = QCoreApplication.translate("actions", spec.tip) if spec.tip else ""
                lines.append(_row(_escaped(name_of(spec)), keys or "–", _escaped(tip)))
        lines.append("")
    lines += [f"## {_tr('Keys of single places')}", "", _row(_tr("Place"), _tr("What they do"), _tr("Keys")),
              _row("---", "---", "---")]
    lines += [_row(*(_escaped(QCoreApplication.translate("lists", text)) for text in texts))
              for texts in KEYS_IN_PLACES]
    return "\n".join(lines)


def settings() -> str:
    """Every setting with its sentence, its default and where it takes effect, by page of the dialog."""
    lines: list[str] = []
    for group, title in GROUPS.items():
        lines += [f"## {_say(title)}", ""]
        for setting in SETTINGS:
            if setting.group == group:
                lines += [_setting(setting), ""]
    return "\n".join(lines)


def _setting(setting: Setting[object]) -> str:
    text = f"**{_escaped(_say(setting.label))}.** {_escaped(_say(setting.help))}"
    if setting.kind is Kind.KEPT:
        return f"{text} ({_tr('in the file')}: `{setting.key}`)"
    if setting.choices:
        words = "; ".join(_escaped(_say(word)) for _, word in setting.choices)
        text += " " + _tr("Choices: {words}.").format(words=words)
    elif setting.kind is Kind.NUMBER:
        text += " " + _tr("From {low} to {high}{unit}.").format(
            low=setting.low, high=setting.high, unit=setting.unit)
    return f"{text} {_tr('At first: {value}.').format(value=_escaped(shown_default(setting)))} " \
           f"{_escaped(_say(setting.effect))} ({_tr('in the file')}: `{setting.key}`)"


def shown_default(setting: Setting[object]) -> str:
    """The default of a setting in words."""
    for value, word in setting.choices:
        if value == setting.default:
            return _say(word)
    return f"{setting.default}{setting.unit}" if setting.default != "" else _tr("empty")


_MADE = {"shortcuts": shortcuts, "settings": settings}


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("\n", " "))


def _say(text: str) -> str:
    return QCoreApplication.translate("settings", text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)
