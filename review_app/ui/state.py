"""What decides whether an action can be used: plain values, read once after every change."""

from __future__ import annotations

from review_app.domain.bands import DEFAULT, Limits
from review_app.domain.codes import lacks_statute
from review_app.domain.people import APPROVES, RETURNS, Role
from review_app.domain.rows import SpanRow
from review_app.domain.values import dataclass
from review_app.domain.vocabulary import Origin, Status


@dataclass(frozen=True, slots=True)
class State:
    """The window in a few numbers."""

    is_writable: bool = True
    role: Role = Role.ANALYST
    refusal: str = ""
    """Why nothing can be changed now; empty when things can be."""
    is_second_look: bool = False
    """The page shows a blind second look, and only that can be worked on."""
    is_past: bool = False
    """The page shows an earlier state."""
    documents: int = 0
    has_document: bool = False
    is_recorded: bool = False
    """The shown document is all in: it can be decided about, exported, scanned again."""
    is_coming: bool = False
    can_scan: bool = False
    limits: Limits = DEFAULT
    start_limits: Limits = DEFAULT
    """Where the limits go when they are reset."""
    removed: int = 0
    """Documents that were removed and can be put back."""
    spans: int = 0
    undecided_anywhere: int = 0
    selected: tuple[SpanRow, ...] = ()
    fields_selected: int = 0
    can_undo: bool = False
    can_redo: bool = False
    undo_text: str = ""
    redo_text: str = ""
    jobs: int = 0
    tool: str = "select"
    has_text: bool = False
    """Text of the pages is selected."""
    hits: int = 0
    """Pages that the last search found."""
    is_undecided_only: bool = False
    has_message: bool = False
    hidden: frozenset[str] = frozenset()
    """Panels that are not shown, by name."""

    @property
    def can_propose(self) -> bool:
        """True when something selected can be handed to the other person."""
        return any(s.status in (Status.CONFIRMED, Status.RETURNED) for s in self.selected)

    @property
    def can_return(self) -> bool:
        """True when the role may look at what others propose, and some of that is selected."""
        return self.role in RETURNS and any(s.status is Status.PROPOSED for s in self.selected)

    @property
    def can_approve(self) -> bool:
        """True when the role may approve, and something proposed is selected."""
        return self.role in APPROVES and self.can_return

    @property
    def can_withdraw(self) -> bool:
        """True when something selected lies with the other person, or is approved."""
        return any(s.status in (Status.PROPOSED, Status.APPROVED) for s in self.selected)

    @property
    def all_own(self) -> bool:
        """True when only the reviewer's own marks are selected."""
        return all(s.origin is Origin.REVIEWER for s in self.selected)

    @property
    def needs_statute(self) -> bool:
        """True when something selected cites (b)(3) and no law that it stands for."""
        return any(lacks_statute(c.code for c in s.codes) for s in self.selected)

    @property
    def can_confirm(self) -> bool:
        """True when something selected is not confirmed."""
        return any(s.status is not Status.CONFIRMED for s in self.selected)

    @property
    def can_reject(self) -> bool:
        """True when a finding of the machine is selected that is not rejected; own marks beside it stay."""
        return any(s.status is not Status.REJECTED for s in self._found)

    @property
    def can_reopen(self) -> bool:
        """True when a finding of the machine is selected that is decided; own marks beside it stay."""
        return any(s.status is not Status.SUGGESTED for s in self._found)

    @property
    def _found(self) -> tuple[SpanRow, ...]:
        return tuple(s for s in self.selected if s.origin is Origin.AGENCY)
