"""What has a window of its own beside the desk. None of it is loaded before it is first wanted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from review_app.review.desk import Desk
    from review_app.ui.bridge import Bridge
    from review_app.ui.current import Current
    from review_app.ui.overview_commands import OverviewCommands
    from review_app.ui.page_view.view import PageView
    from review_app.ui.printing import Printing
    from review_app.ui.problems import Problems
    from review_app.ui.release_case_commands import ReleaseCaseCommands
    from review_app.ui.release_commands import ReleaseCommands
    from review_app.ui.seek_commands import SeekCommands


class WindowsWanted:
    """A part of the commands. Each is made once and stays."""

    _desk: Desk
    _bridge: Bridge
    _current: Current
    _problems: Problems
    _page: PageView
    _may_mark: bool
    overview_came_or_went: SignalInstance

    @cached_property
    def seek(self) -> SeekCommands:
        """Search and mark."""
        from review_app.ui.seek_commands import SeekCommands

        made = SeekCommands(*self._needs(), self._page.go_to_page, self._page.page_size, self)
        made.set_writable(self._may_mark)
        return made

    def set_writable(self, is_writable: bool) -> None:
        """Whether marks can be made now."""
        self._may_mark = is_writable
        if "seek" in vars(self):
            self.seek.set_writable(is_writable)

    @cached_property
    def release(self) -> ReleaseCommands:
        """The release copy of a document."""
        from review_app.ui.release_commands import ReleaseCommands

        return ReleaseCommands(*self._needs(), self._page.go_to_page, self)

    @cached_property
    def release_case(self) -> ReleaseCaseCommands:
        """The release copies of a case."""
        from review_app.ui.release_case_commands import ReleaseCaseCommands

        return ReleaseCaseCommands(*self._needs(), self._page.go_to_page, self)

    @cached_property
    def overview(self) -> OverviewCommands:
        """Where the withholding is."""
        from review_app.ui.overview_commands import OverviewCommands

        made = OverviewCommands(*self._needs(), self._page.go_to_page, self)
        made.came_or_went.connect(self.overview_came_or_went)
        return made

    @property
    def is_overview_open(self) -> bool:
        """Whether its window stands there."""
        dialog = self.overview.dialog if "overview" in vars(self) else None
        return dialog is not None and dialog.isVisible()

    @cached_property
    def printing(self) -> Printing:
        """Pages for paper."""
        from review_app.ui.printing import Printing

        return Printing(*self._needs(), self.parent())

    def _needs(self) -> tuple[Desk, Bridge, Current, Problems]:
        return self._desk, self._bridge, self._current, self._problems
