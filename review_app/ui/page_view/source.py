"""Where the page view gets its pictures from: a protocol, so that the view knows no desk, file or child."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol, TypeAlias

from review_app.domain.errors import ReviewError
from review_app.domain.pictures import PlacedWord, Wish


class PictureLike(Protocol):
    """A rendered page: 32-bit pixels in the order blue, green, red, unused; rows of ``stride`` bytes."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def stride(self) -> int: ...
    @property
    def data(self) -> bytes | memoryview: ...


OnDone: TypeAlias = Callable[[Wish, "PictureLike | ReviewError"], None]
OnWords: TypeAlias = Callable[[list[PlacedWord] | ReviewError], None]


class PageSource(Protocol):
    """The pages of one document, as pictures and words."""

    def want(self, wishes: Sequence[Wish], on_done: OnDone) -> None:
        """Replace all that was wanted, most important first; returns at once.

        ``on_done`` is called on any thread (also on this one, before this returns), at most once for each
        wish and once more for a coarse picture of it, which comes first. It is not called for what was
        left out of a later list before it began.
        """

    def want_words(self, page: int, on_done: OnWords, *, letters: bool = False) -> None:
        """The words of a page soon, with the edges of their ``letters``; returns at once. ``on_done`` is
        called on any thread."""


class PageImagesLike(Protocol):
    """What :class:`DocumentSource` needs of ``desk.page_images``."""

    def want(self, asker: Hashable, wishes: Sequence[Wish], on_done: OnDone) -> None: ...
    def want_words(
        self, document_id: str, page: int, on_done: OnWords, *, letters: bool = False
    ) -> None: ...


class DocumentSource:
    """One document of ``desk.page_images`` as a :class:`PageSource`: an asker of its own."""

    def __init__(self, images: PageImagesLike, document_id: str) -> None:
        self._images = images
        self._document_id = document_id

    def want(self, wishes: Sequence[Wish], on_done: OnDone) -> None:
        """See :class:`PageSource`."""
        self._images.want(self, wishes, on_done)

    def want_words(self, page: int, on_done: OnWords, *, letters: bool = False) -> None:
        """See :class:`PageSource`."""
        self._images.want_words(self._document_id, page, on_done, letters=letters)
