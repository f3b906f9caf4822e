"""Acts on single files that a workspace shall remember, though the files are not in it."""

from __future__ import annotations

from review_app.review.changes import Changes
from review_app.review.forms import Row, new_id, now
from review_app.review.session import Session
from review_app.store.journal import Change


class Acts:
    """What was scanned or annotated from the command line with ``--workspace``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, kind: str, name: str, sha256: str, output_sha256: str = "") -> None:
        """Write that ``kind`` (``scan``, ``annotate``, ``verify``) was done to the file with this SHA-256."""
        act_id = new_id("act")
        row: Row = {
            "id": act_id, "kind": kind, "name": name, "sha256": sha256, "output_sha256": output_sha256,
            "at": now(),
        }
        self._session.commit(f"file.{kind}", [Change("acts", act_id, None, row)], Changes())
