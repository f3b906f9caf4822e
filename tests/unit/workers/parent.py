"""A parent to be killed: asks its child for something endless and prints the child's process id."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from review_app.workers.pool import Pool

pool = Pool(2, command=[sys.executable, "-I", sys.argv[1]])
idle = pool.ask("ping", {}).values["pid"]
held = threading.Event()
# The thread that starts the second child ends long before this process: it must not take the child along.
starter = threading.Thread(target=pool.warm)
starter.start()
starter.join()
others = [pid for pid in pool.pids if pid != idle]
threading.Thread(target=pool.ask, args=("busy", {}), kwargs={
    "on_part": lambda part: print(part["pid"], *pool.pids, flush=True),
}).start()
held.wait()
