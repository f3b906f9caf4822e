"""Child processes: start, ask, limit, cancel, kill, restart."""
