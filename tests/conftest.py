"""Settings of all tests."""

import os

# Before NumPy is imported: on small arrays and a busy machine, the threads of its matrix products wait for
# one another up to twenty times as long as they work.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
