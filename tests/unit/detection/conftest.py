"""The rules are tested on hand-made pages; ``handmade`` lies beside these tests."""

from __future__ import annotations

import sys
from pathlib import Path

# Tests are imported without a package (import mode importlib), so the folder is named here.
sys.path.insert(0, str(Path(__file__).parent))
