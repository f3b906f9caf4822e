"""``dataclass`` as in the standard library, made at a tenth of its cost.

The standard library writes and compiles up to six functions for each class while its module is loaded, about
1 ms a class: a sixth of the time until the window could be used, and as much of the start of a child. Here
each is written when it is first called, and most never are. What a class can do is the same:
tests/unit/domain/test_dataclass.py holds that for every class of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from collections.abc import Callable, Sequence
    from dataclasses import MISSING, FrozenInstanceError
    from reprlib import recursive_repr
    from typing import Any

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True
    ) -> Any:
        """The decorator of the same name; only what this program uses of it (no ``InitVar``, no ordering, no
        field by keyword only). A class that defines one of the methods itself keeps its own."""

        def make(plain: type) -> type:
            if plain.__doc__ is None:
                plain.__doc__ = plain.__name__  # else the library works out a signature to put there
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(plain)
            own, fields = vars(plain), dataclasses.fields(made)
            compared = [field.name for field in fields if field.compare]
            if "__init__" not in own:
                _later(made, "__init__", lambda: _init(made, fields, frozen))
            if "__repr__" not in own:
                made.__repr__ = _repr([field.name for field in fields if field.repr])
            if eq and "__eq__" not in own:
                _later(made, "__eq__", lambda: _equal(compared))
            if eq and own.get("__hash__") is None:
                # As everywhere in Python: who compares by value and can change has no hash.
                made.__hash__ = None
                if frozen:
                    _later(made, "__hash__", lambda: _hash(compared))
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
                if slots:
                    # ``copy`` would set the attributes one by one, which these refuse.
                    made.__getstate__, made.__setstate__ = _get_state, _set_state
            return made

        return make if cls is None else make(cls)

    def _later(cls: type, name: str, write: Callable[[], Callable[..., Any]]) -> None:
        """Give the class a method that is written when it is first called, and takes the place of this."""

        def method(self: Any, *args: Any, **named: Any) -> Any:
            written = write()
            written.__name__, written.__qualname__ = name, f"{cls.__qualname__}.{name}"
            setattr(cls, name, written)
            return written(self, *args, **named)

        setattr(cls, name, method)

    def _write(head: str, lines: Sequence[str], known: dict[str, Any]) -> Callable[..., Any]:
        # Made of names of fields: no text from outside the program gets here.
        exec(f"def method{head}:\n {'; '.join(lines) or 'pass'}", known)
        return known["method"]

    def _init(cls: type, fields: Sequence[Any], frozen: bool) -> Callable[..., Any]:
        known: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
        wanted, lines = ["self"], []
        for field in fields:
            name, default, value = field.name, "", field.name
            if field.default is not MISSING:
                known[f"_is_{name}"] = field.default
                default = value = f"_is_{name}"
            elif field.default_factory is not MISSING:
                known[f"_new_{name}"] = field.default_factory
                default, value = "_missing", f"_new_{name}()"
            elif not field.init:
                continue  # its __post_init__ sets it
            if field.init:
                wanted.append(f"{name}={default}" if default else name)
                value = f"{value} if {name} is _missing else {name}" if default == "_missing" else name
            lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            lines.append("self.__post_init__()")
        return _write(f"({', '.join(wanted)})", lines, known)

    def _equal(names: Sequence[str]) -> Callable[..., Any]:
        mine, other = (_tuple(of, names) for of in ("self", "other"))
        return _write("(self, other)", [
            f"return {mine} == {other} if other.__class__ is self.__class__ else NotImplemented"], {})

    def _hash(names: Sequence[str]) -> Callable[..., Any]:
        return _write("(self)", [f"return hash({_tuple('self', names)})"], {})

    def _tuple(of: str, names: Sequence[str]) -> str:
        return f"({''.join(f'{of}.{name}, ' for name in names)})"

    def _repr(names: Sequence[str]) -> Callable[[Any], str]:
        @recursive_repr()
        def __repr__(self: Any) -> str:
            shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{self.__class__.__qualname__}({shown})"

        return __repr__

    def _refuse_to_set(self: Any, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(self: Any, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def _get_state(self: Any) -> list[Any]:
        return [getattr(self, field.name) for field in dataclasses.fields(self)]

    def _set_state(self: Any, state: Sequence[Any]) -> None:
        for field, value in zip(dataclasses.fields(self), state, strict=True):
            object.__setattr__(self, field.name, value)
