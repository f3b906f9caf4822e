"""What the journaled tables hold, read from the database, and the SQL for one row."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable
from dataclasses import field

from review_app.domain.values import dataclass
from review_app.store.chain import Row
from review_app.store.migrations import JOURNALED

_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Column:
    """A column: declared type (TEXT, INTEGER, REAL), whether NULL is allowed, default of a new row."""

    name: str
    type: str
    nullable: bool
    default: str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A journaled table. Its key is the column ``id``."""

    name: str
    columns: tuple[Column, ...]
    select: str = field(init=False)
    insert: str = field(init=False)
    update: str = field(init=False)
    delete: str = field(init=False)

    def __post_init__(self) -> None:
        names = [f'"{c.name}"' for c in self.columns]
        set_ = object.__setattr__
        set_(self, "select", f'SELECT {", ".join(names)} FROM "{self.name}" WHERE id = ?')
        set_(self, "insert",
             f'INSERT INTO "{self.name}" ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})')
        set_(self, "update", f'UPDATE "{self.name}" SET {", ".join(f"{n} = ?" for n in names)} WHERE id = ?')
        set_(self, "delete", f'DELETE FROM "{self.name}" WHERE id = ?')

    def row(
        self, row_id: str, values: Row | None, storable: Callable[[str], str], *, complete: bool
    ) -> Row | None:
        """``values`` as the table stores them, in column order; None stays None.

        A value is refused rather than converted: what the log says and what the table says must be equal.

        Args:
            complete: all columns must be named; otherwise missing ones get their default.

        Raises:
            ValueError: unknown or missing column, wrong type, NULL where none may be; a defect of the caller.
        """
        if values is None:
            return None
        if values.get("id", row_id) != row_id and storable(str(values.get("id"))) != row_id:
            raise ValueError(f"{self.name}: the row's id is not the id of the change")
        unknown = values.keys() - {c.name for c in self.columns}
        if unknown:
            raise ValueError(f"{self.name} has no column {sorted(unknown)}")
        out: Row = {}
        for column in self.columns:
            if column.name == "id":
                out["id"] = row_id
            elif column.name in values:
                out[column.name] = self._value(column, values[column.name], storable)
            elif complete:
                raise ValueError(f"{self.name}: a changed row must name {column.name}")
            else:
                out[column.name] = self._value(column, column.default, storable)
        return out

    def _value(
        self, column: Column, value: str | int | float | None, storable: Callable[[str], str]
    ) -> str | int | float | None:
        if value is None and column.nullable:
            return None
        if column.type == "TEXT" and isinstance(value, str):
            return storable(str(value))  # str(): members of a StrEnum are written as their plain value
        if column.type == "INTEGER" and isinstance(value, int) and -_INT64 <= value < _INT64:
            return int(value)
        if column.type == "REAL" and isinstance(value, (int, float)) and math.isfinite(value):
            return float(value)
        raise ValueError(f"{self.name}.{column.name} ({column.type}) cannot hold a {type(value).__name__}")


def tables_of(connection: sqlite3.Connection) -> dict[str, Table]:
    """The journaled tables of a database, by name."""
    return {
        name: Table(name, tuple(
            Column(c[1], c[2], not c[3], _default(c[4]))
            for c in connection.execute(f'PRAGMA table_info("{name}")')
        ))
        for name in JOURNALED
    }


def _default(literal: str | None) -> str | int | float | None:
    """The value of a DEFAULT clause; ours are quoted text and plain numbers."""
    if literal is None:
        return None
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    return float(literal) if "." in literal else int(literal)
