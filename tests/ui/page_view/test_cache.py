from __future__ import annotations

from review_app.ui.page_view.cache import PieceCache, PieceKey


def key(page: int, scale: float = 1.0, document: str = "d") -> PieceKey:
    return PieceKey(document, page, int(scale * 10_000))


def test_the_least_recently_used_goes_first() -> None:
    cache: PieceCache[str] = PieceCache(budget=300)
    for page in (1, 2, 3):
        cache.put(key(page), f"p{page}", 100)
    assert cache.get(key(1)) == "p1"
    cache.put(key(4), "p4", 100)
    assert cache.get(key(2)) is None
    assert [cache.get(key(n)) for n in (1, 3, 4)] == ["p1", "p3", "p4"]
    assert cache.bytes_held == 300


def test_what_is_on_screen_is_never_dropped() -> None:
    """Without the pin, two large visible pages would throw each other out for ever."""
    cache: PieceCache[str] = PieceCache(budget=150)
    pinned = {key(1), key(2)}
    cache.put(key(1), "p1", 100, pinned)
    cache.put(key(2), "p2", 100, pinned)
    assert cache.get(key(1)) == "p1"
    assert cache.get(key(2)) == "p2"
    cache.put(key(3), "p3", 100)
    assert cache.get(key(3)) == "p3"
    assert cache.bytes_held == 100


def test_replacing_a_piece_counts_it_once() -> None:
    cache: PieceCache[str] = PieceCache(budget=300)
    cache.put(key(1), "old", 100)
    cache.put(key(1), "new", 50)
    assert (cache.get(key(1)), cache.bytes_held, len(cache)) == ("new", 50, 1)


def test_the_stand_in_is_the_next_finer_else_the_finest_coarser() -> None:
    cache: PieceCache[str] = PieceCache(budget=10_000)
    for scale in (0.5, 1.0, 2.0, 4.0):
        cache.put(key(1, scale), str(scale), 10)
    cache.put(key(1, 1.6, "other"), "other document", 10)
    assert cache.stand_in(key(1, 1.5)) == (key(1, 2.0), "2.0")
    assert cache.stand_in(key(1, 5.0)) == (key(1, 4.0), "4.0")
    assert cache.stand_in(key(2, 1.0)) is None


def test_a_dropped_piece_is_no_stand_in() -> None:
    cache: PieceCache[str] = PieceCache(budget=100)
    cache.put(key(1, 1.0), "a", 100)
    cache.put(key(2, 1.0), "b", 100)
    assert cache.stand_in(key(1, 2.0)) is None
    cache.put(key(3), "c", 10)
    cache.clear()
    assert (len(cache), cache.bytes_held, cache.stand_in(key(3, 2))) == (0, 0, None)
