"""Which layers (optional content) of a document are shown when it is opened, and which are hidden."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name

from review_app.engine.operators import Unsure


class Layers:
    """The default view of a document's layers (ISO 32000-1, 8.11.4.3)."""

    def __init__(self, root: Any) -> None:
        self._off: set[tuple[int, int]] = set()
        properties = root.get("/OCProperties")
        if not isinstance(properties, Dictionary):
            return
        default = properties.get("/D")
        if not isinstance(default, Dictionary):
            return
        groups = properties.get("/OCGs")
        if default.get("/BaseState") in (Name.OFF,) and isinstance(groups, Array):
            self._off = {g.objgen for g in groups if isinstance(g, Dictionary)}
            for group in default.get("/ON", Array()):
                self._off.discard(group.objgen)
        for group in default.get("/OFF", Array()):
            if isinstance(group, Dictionary):
                self._off.add(group.objgen)

    def __bool__(self) -> bool:
        return bool(self._off)

    def hides(self, content: Any) -> bool:
        """True when content that belongs to this group or membership dictionary is not shown.

        Raises:
            Unsure: the dictionary cannot be understood.
        """
        if not self._off or not isinstance(content, Dictionary):
            return False
        return not self._shown(content, 0)

    def _shown(self, content: Any, depth: int) -> bool:
        if depth > 20:
            raise Unsure("its layers are nested too deep")
        if content.get("/Type") != Name.OCMD:
            return content.objgen not in self._off
        expression = content.get("/VE")
        if isinstance(expression, Array):
            return self._value(expression, depth + 1)
        groups = content.get("/OCGs")
        members = [groups] if isinstance(groups, Dictionary) else list(groups or ())
        shown = [self._shown(g, depth + 1) for g in members if isinstance(g, Dictionary)]
        if not shown:
            return True
        policy = str(content.get("/P", "/AnyOn"))
        rules = {
            "/AllOn": all(shown), "/AnyOn": any(shown), "/AnyOff": not all(shown), "/AllOff": not any(shown),
        }
        if policy not in rules:
            raise Unsure("one of its layers follows an unknown rule")
        return rules[policy]

    def _value(self, expression: Any, depth: int) -> bool:
        if depth > 20:
            raise Unsure("its layers are nested too deep")
        if isinstance(expression, Dictionary):
            return self._shown(expression, depth)
        if not isinstance(expression, Array) or not len(expression):
            raise Unsure("one of its layers follows an unknown rule")
        values = [self._value(e, depth + 1) for e in list(expression)[1:]]
        operator = str(expression[0])
        if operator == "/And":
            return all(values)
        if operator == "/Or":
            return any(values)
        if operator == "/Not" and len(values) == 1:
            return not values[0]
        raise Unsure("one of its layers follows an unknown rule")
