"""The program's own ``dataclass`` makes what the standard library's makes, for every class there is."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import review_app
from review_app.domain.values import dataclass

ROOT = Path(__file__).resolve().parents[3]
ASKS = ("from dataclasses import dataclass", "dataclasses.dataclass(", "InitVar", "kw_only")
NOT_HERE = ("review_app.ui", "review_app.__main__", "review_app.engine.ocr_rapid_program")


def classes() -> Iterator[type]:
    """All of the program; not those of the window, which are as plain and would load Qt here."""
    for found in pkgutil.walk_packages(review_app.__path__, "review_app."):
        if found.name.startswith(NOT_HERE):
            continue
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == found.name:
                yield value


def twin(cls: type, **how: bool) -> type:
    """The same fields, as the standard library makes a class of them."""
    wanted = ("default", "default_factory", "init", "repr", "compare")
    return dataclasses.make_dataclass(cls.__name__, [
        (f.name, f.type, dataclasses.field(**{name: getattr(f, name) for name in wanted}))
        for f in dataclasses.fields(cls)
    ], **how)


def signature(cls: type) -> list[tuple[str, object, object]]:
    """What its ``__init__`` takes; it is written at the first call, also one that is refused."""
    with pytest.raises(TypeError):
        cls.__init__(cls.__new__(cls), unheard_of=True)
    def shape(value: object) -> object:
        return "factory" if type(value).__name__ in ("_MISSING_TYPE", "_HAS_DEFAULT_FACTORY_CLASS") else value
    return [(p.name, p.kind, shape(p.default)) for p in inspect.signature(cls.__init__).parameters.values()]


def test_every_class_is_made_from_the_same_values_in_the_same_order() -> None:
    found = list(classes())
    assert len(found) > 150
    for cls in found:
        if "__init__" in vars(cls) and not issubclass(cls, BaseException):
            assert signature(cls) == signature(twin(cls)), cls


def test_no_module_goes_past_it() -> None:
    """The window's, too, which are not loaded here: none takes the library's own, or what this has not."""
    past = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in (ROOT / "review_app").rglob("*.py") if path.name != "values.py"
        for word in ASKS if word in path.read_text(encoding="utf-8")
    ]
    assert past == []


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value."""

    one: int
    two: str = "b"
    seen: list[int] = dataclasses.field(default_factory=list, compare=False, repr=False)
    sum: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", f"{self.one}{self.two}")


@dataclass(slots=True)
class Loose:
    """A value that changes."""

    one: int
    two: tuple[int, ...] = ()


@dataclass(eq=False)
class Thing:
    one: int = 1


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing in it."""


def test_values_compare_hash_show_and_copy_as_values_do() -> None:
    value = Fixed(1)
    assert value == Fixed(1, "b", [3]) != Fixed(2) and hash(value) == hash(Fixed(1, "b", [3]))
    assert repr(value) == "Fixed(one=1, two='b', sum='1b')"
    assert value.seen == [] and value.seen is not Fixed(1).seen
    assert dataclasses.replace(value, one=5) == Fixed(5) and dataclasses.asdict(value)["sum"] == "1b"
    assert copy.copy(value) == copy.deepcopy(value) == value and value.__eq__(1) is NotImplemented
    assert Empty() == Empty() and hash(Empty()) == hash(Empty()) and repr(Empty()) == "Empty()"
    assert {Fixed(1): "x"}[Fixed(1)] == "x" and not hasattr(value, "__dict__")
    for refused in (lambda: setattr(value, "one", 2), lambda: delattr(value, "one")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            refused()
    match value:
        case Fixed(1, two):
            assert two == "b"


def test_what_changes_has_no_hash_and_what_is_no_value_is_only_itself() -> None:
    value = Loose(1)
    value.two = (2,)
    assert value == Loose(1, (2,)) and copy.copy(value) == value and Loose.__hash__ is None
    with pytest.raises(TypeError):
        hash(value)
    assert Thing() != Thing() and hash(Thing())
    with pytest.raises(TypeError, match="one"):
        Loose()
    with pytest.raises(TypeError):
        Loose(1, (), 3)


def test_the_first_value_writes_init_once_and_a_class_below_finds_it() -> None:
    @dataclass
    class Above:
        one: int = 1

    class Below(Above):
        pass

    first = Above.__init__
    assert Below(3).one == 3 and Above.__init__ is not first
    written = Above.__init__
    assert Above(one=4).one == 4 and Above.__init__ is written


def test_the_comparison_is_awake() -> None:
    """A planted fault: a class whose default differs is told apart."""
    fields = [("one", int), ("two", tuple, dataclasses.field(default=(1,)))]
    other = dataclasses.make_dataclass("Loose", fields)
    assert signature(Loose) == signature(twin(Loose)) != signature(other)
