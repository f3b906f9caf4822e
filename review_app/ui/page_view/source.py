"""Where the page view gets its pictures from: a protocol, so that the view knows no desk, file or child."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeAlias

from review_app.domain.errors import ReviewError
from review_app.domain.geometry import Rect


class PictureLike(Protocol):
    """A rendered page: 32-bit pixels in the order blue, green, red, unused; rows of ``stride`` bytes."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def stride(self) -> int: ...
    @property
    def data(self) -> bytes: ...


Wanted: TypeAlias = tuple[int, float]
"""A page number (from 1) and a scale in pixels per point, exactly as given to ``picture_request``."""

OnDone: TypeAlias = Callable[["PictureLike | ReviewError"], None]


class PageSource(Protocol):
    """The pages of one document, as pictures and words."""

    def picture_request(self, page: int, scale: float, on_done: OnDone) -> None:
        """Ask for page ``page`` (from 1) at ``scale`` pixels per point; returns at once.

        ``on_done`` is called at most once, on any thread (also on this one, before this returns), with
        the picture or the error. It is not called for a request that was forgotten before it began.
        The newest request is served first.
        """

    def forget(self, wanted: Collection[Wanted]) -> None:
        """Drop every request that has not begun and is not in ``wanted``."""

    def words(self, page: int) -> Sequence[tuple[Rect, str]]:
        """The words of a page with their places; blocking, never call it on the main thread."""


class PageImagesLike(Protocol):
    """What :class:`DocumentSource` needs of ``desk.page_images``."""

    def request(self, document_id: str, page: int, scale: float, on_done: OnDone) -> None: ...
    def forget(self, wanted: Collection[tuple[str, int, float]]) -> None: ...
    def words(self, document_id: str, page: int) -> Sequence[tuple[Rect, str]]: ...


class DocumentSource:
    """One document of ``desk.page_images`` as a :class:`PageSource`."""

    def __init__(self, images: PageImagesLike, document_id: str) -> None:
        self._images = images
        self._document_id = document_id

    def picture_request(self, page: int, scale: float, on_done: OnDone) -> None:
        """See :class:`PageSource`."""
        self._images.request(self._document_id, page, scale, on_done)

    def forget(self, wanted: Collection[Wanted]) -> None:
        """See :class:`PageSource`."""
        self._images.forget({(self._document_id, page, scale) for page, scale in wanted})

    def words(self, page: int) -> Sequence[tuple[Rect, str]]:
        """See :class:`PageSource`."""
        return self._images.words(self._document_id, page)
