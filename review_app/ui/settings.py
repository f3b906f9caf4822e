"""What this user set and what the program remembers for this user: read, checked, written.

One INI file, the one that the program has always had. Every value in it is declared in
:mod:`review_app.ui.settings_table`; what is not declared (a newer version wrote it) stays as it is. A value
that makes no sense counts as not there: settings never keep the program from starting.

Settings hold no text of a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QSettings

from review_app.domain.errors import EnvironmentProblem

T = TypeVar("T")

VERSION = 1
"""Of the meaning of the values; a file with a higher one was written by a newer program."""
_VERSION_KEY = "settings/version"
MAX_BYTES = 2**20


class Kind(Enum):
    """How a value is edited."""

    CHOICE = "one of"
    NUMBER = "number"
    TEXT = "text"
    FOLDER = "folder"
    KEPT = "remembered"  # written by the program as somebody works; it can only be forgotten


class Setting(Generic[T]):
    """One declared value. Never changed; two are the same only when they are one object.

    No dataclass: to make one takes 3 ms, and the table is read at every start.

    Attributes:
        key: in the file. One that ends with ``/*`` stands for a family: one value for each workspace.
        default: what counts while the file says nothing, or nothing that makes sense.
        parse: from what the file or a person says.
        plain: into what the file holds.
        label: its name, for people.
        help: one sentence.
        effect: where and when it takes effect.
        group: the page it stands on.
        choices: values and their words, for a choice.
        low, high, step: limits of a number, both included.
        unit: behind a number.
    """

    __slots__ = ("choices", "default", "effect", "group", "help", "high", "key", "kind", "label", "low",
                 "parse", "plain", "step", "unit")

    def __init__(
        self, key: str, kind: Kind, default: T, parse: Callable[[Any], T], label: str, about: str,
        effect: str, group: str, plain: Callable[[T], Any] = str, *,
        choices: tuple[tuple[T, str], ...] = (), low: int = 0, high: int = 0, step: int = 1, unit: str = "",
    ) -> None:
        self.key = key
        self.kind = kind
        self.default = default
        self.parse = parse
        self.label = label
        self.help = about
        self.effect = effect
        self.group = group
        self.plain = plain
        self.choices = choices
        self.low, self.high, self.step, self.unit = low, high, step, unit

    @property
    def is_family(self) -> bool:
        """True when it stands for one value for each workspace."""
        return self.key.endswith("/*")

    def of(self, name: str, default: T | None = None) -> Setting[T]:
        """The member of a family with this name, with a default of its own where one is given."""
        assert self.is_family
        return Setting(
            self.key[:-1] + name, self.kind, self.default if default is None else default, self.parse,
            self.label, self.help, self.effect, self.group, self.plain,
        )


def store() -> QSettings:
    """The file."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "review-app", "review-app")


def location() -> Path:
    """Where the file is."""
    return Path(store().fileName())


def get(setting: Setting[T]) -> T:
    """The value that counts now."""
    value = store().value(setting.key)
    if value is None:
        return setting.default
    try:
        return setting.parse(value)
    except (TypeError, ValueError, OverflowError):
        return setting.default


def put(setting: Setting[T], value: Any) -> T:
    """Set a value; the default is not written, so that a later version may have a better one.

    Raises:
        ValueError: it makes no sense; says why, for people.
    """
    found = setting.parse(value)
    file = store()
    if found == setting.default:
        file.remove(setting.key)
    else:
        file.setValue(setting.key, setting.plain(found))
        if _version(file) < VERSION:
            file.setValue(_VERSION_KEY, str(VERSION))
    return found


def forget(setting: Setting[Any]) -> None:
    """Back to the default; of a family every member."""
    store().remove(setting.key.removesuffix("/*"))


def is_set(setting: Setting[Any]) -> bool:
    """True when the file says something about it."""
    file = store()
    if setting.is_family:
        file.beginGroup(setting.key.removesuffix("/*"))
        return bool(file.childKeys())
    return file.contains(setting.key)


def snapshot() -> dict[str, Any]:
    """All that the file says now."""
    file = store()
    return {key: file.value(key) for key in file.allKeys()}


def restore(before: dict[str, Any], table: tuple[Setting[Any], ...]) -> list[Setting[Any]]:
    """Let the file say again what it said, as far as ``table`` goes; the settings that are others now."""
    file, now, changed = store(), snapshot(), []
    for setting in table:
        start = setting.key.removesuffix("*")
        keys = {k for k in (*before, *now) if k == setting.key or (setting.is_family and k.startswith(start))}
        differing = [k for k in keys if before.get(k) != now.get(k)]
        for key in differing:
            if key in before:
                file.setValue(key, before[key])
            else:
                file.remove(key)
        if differing:
            changed.append(setting)
    return changed


def is_any_set(wanted: Iterable[Setting[Any]]) -> bool:
    """True when the file says something about one of them; cheaper than to ask for each."""
    file = store()
    return any(file.contains(setting.key) for setting in wanted)


def can_write() -> bool:
    """Write what was set; False when the file cannot be written."""
    file = store()
    file.sync()
    return file.status() is not QSettings.Status.AccessError


def problem(table: tuple[Setting[Any], ...]) -> EnvironmentProblem | None:
    """What is wrong with the file, in one message; None when all is well. Asked once, at the start.

    A file that is not of its form is copied first: the next change would drop what could not be read.
    """
    file = store()
    if file.status() is QSettings.Status.AccessError or not _is_well_formed(Path(file.fileName())):
        return _damaged(file)
    wrong = [s.label for s in table if not all(_makes_sense(file, one) for one in _present(file, s))]
    if wrong:
        return EnvironmentProblem(
            _tr("Settings that make no sense: {labels}").format(
                labels=", ".join(QCoreApplication.translate("settings", label) for label in wrong)),
            why=_tr("the file of the settings was changed by hand, or another version wrote it"),
            todo=_tr("The start values are used instead. Look at them under Edit › Settings"),
        )
    if _version(file) > VERSION:
        return EnvironmentProblem(
            _tr("The settings were written by a newer version of this program"),
            why=_tr("what this version does not know has no effect here, and stays in the file"),
            todo=_tr("Go on; nothing is lost"),
        )
    return None


def _is_well_formed(path: Path) -> bool:
    """Whether the file has the form of an INI file. Qt says so only to the first who reads it."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    lines = [line.strip() for line in data.splitlines()]
    return len(data) <= MAX_BYTES and b"\0" not in data and all(
        line[:1] in (b"", b";", b"#") or (line.endswith(b"]") if line.startswith(b"[") else b"=" in line)
        for line in lines)


def _damaged(file: QSettings) -> EnvironmentProblem:
    path = Path(file.fileName())
    todo = _tr("Look at the settings again under Edit › Settings")
    if file.status() is QSettings.Status.AccessError:
        return EnvironmentProblem(
            _tr("The settings cannot be read or written"),
            why=_tr("the start values are used, and what you set is not kept"),
            todo=_tr("Check the permissions of {path}").format(path=path),
        )
    import shutil  # not at a start where all is well

    copy = path.with_name(path.name + ".damaged")
    with suppress(OSError):
        shutil.copyfile(path, copy)
        todo += _tr("; a copy of the file is {path}").format(path=copy)
    return EnvironmentProblem(
        _tr("The file of the settings is damaged"),
        why=_tr("what cannot be read in it counts as not set"), todo=todo,
    )


def _present(file: QSettings, setting: Setting[Any]) -> list[Setting[Any]]:
    if not setting.is_family:
        return [setting] if file.contains(setting.key) else []
    file.beginGroup(setting.key.removesuffix("/*"))
    names = file.childKeys()
    file.endGroup()
    return [setting.of(name) for name in names]


def _makes_sense(file: QSettings, setting: Setting[Any]) -> bool:
    try:
        setting.parse(file.value(setting.key))
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _version(file: QSettings) -> int:
    try:
        return int(str(file.value(_VERSION_KEY, "0")))
    except ValueError:
        return 0


def _tr(text: str) -> str:
    return QCoreApplication.translate("settings", text)
