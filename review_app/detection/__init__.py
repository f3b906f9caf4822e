"""Page content in, findings out: pure functions over plain values and numpy arrays."""
