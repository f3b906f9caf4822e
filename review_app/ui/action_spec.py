"""One row of the action table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from review_app.domain.values import dataclass
from review_app.ui.state import State

if TYPE_CHECKING:
    from review_app.ui.commands import Commands

READ_ONLY = "read-only"
"""Why nothing can be changed, where nobody gave a better reason."""


def always(_state: State) -> bool:
    """Can always be used."""
    return True


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    ``keys`` are portable key sequences, the first is shown in the menu. ``changes`` marks what writes to
    the workspace: it is off in a read-only one, and while the past or a second look is shown, unless it is
    ``in_second_look``. ``icon`` is empty where words say it better.
    ``bar`` is the short text on buttons, empty when the menu's text is used there. ``checked`` tells whether
    a switch is on. ``opens_group`` puts a separator above it.
    """

    id: str
    text: str
    menu: str
    keys: tuple[str, ...]
    call: Callable[[Commands], None]
    enabled: Callable[[State], bool] = always
    tip: str = ""
    icon: str = ""
    bar: str = ""
    changes: bool = False
    checked: Callable[[State], bool] | None = None
    opens_group: bool = False
    in_second_look: bool = False

    def is_enabled(self, state: State) -> bool:
        """Whether it can be used now."""
        return not self.refusal(state) and self.enabled(state)

    def refusal(self, state: State) -> str:
        """Why it cannot be used whatever is selected: a read-only workspace, a role that only looks, the past
        on the page. Empty when nothing is in its way."""
        if not self.changes or (self.in_second_look and state.is_second_look):
            return ""
        return state.refusal or ("" if state.is_writable else READ_ONLY)
