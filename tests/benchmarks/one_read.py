"""Read one picture twice in a fresh process; what the second time took, and the peak of the memory.

    python tests/benchmarks/one_read.py PICTURE

Prints a line of JSON; for ``growth.py``. The first time loads what is loaded once.
"""

import json
import resource
import sys
import time

from processes import MAXRSS_PER_MB, Run

from ocr.reader import Reader


def measure(path):
    """One warm read."""
    reader = Reader()
    reader.read(path)
    start, cpu_start = time.perf_counter(), time.process_time()
    reader.read(path)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return Run(seconds, cpu_seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAXRSS_PER_MB)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
