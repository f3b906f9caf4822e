"""The program that reads one picture with RapidOCR: a PGM on standard input, Tesseract's table on output.

A process of its own, because it takes 1.7 GiB of address space (0.9 GiB of memory): beside a document and the
PDF engine it would not fit into what a child may use. Started by :mod:`review_app.engine.ocr_rapid` with the
child's module path; it imports nothing of this package.
"""

from __future__ import annotations

import os
import sys

HEADER = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def main() -> int:
    """Read, recognise, write."""
    data = sys.stdin.buffer.read()
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # what libraries print is no answer
    import numpy as np
    from rapidocr import RapidOCR

    words, sizes, rest = data.split(b" ", 1)[0], data.split(b"\n", 1)[0].split()[1:3], data.split(b"\n", 1)[1]
    if words != b"P5":
        return 2
    width, height = (int(size) for size in sizes)
    grey = np.frombuffer(rest, np.uint8).reshape(height, width)
    engine = RapidOCR(params={
        # The arena alone takes half a gigabyte more.
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        "Global.log_level": "critical",
    })
    found = engine(np.repeat(grey[:, :, None], 3, axis=2))
    rows = [HEADER]
    for box, text, sure in zip(found.boxes if found.boxes is not None else (), found.txts or (),
                               found.scores or (), strict=True):
        xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
        left, top = max(0.0, min(xs)), max(0.0, min(ys))
        cells = (left, top, min(width, max(xs)) - left, min(height, max(ys)) - top, 100.0 * float(sure))
        text = " ".join(text.split())
        rows.append("5\t1\t1\t1\t1\t1\t" + "\t".join(f"{cell:.1f}" for cell in cells) + "\t" + text)
    with os.fdopen(out, "wb") as file:
        file.write("\n".join(rows).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
