"""Settings of all tests."""

import os

from hypothesis import HealthCheck, settings

# Before NumPy is imported: on small arrays and a busy machine, the threads of its matrix products wait for
# one another up to twenty times as long as they work.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# Processes of a Dask cluster, too, may take their time to start on a busy machine.
os.environ.setdefault("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "600s")
os.environ.setdefault("DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP", "600s")

# What the user of this machine has set is none of our business: an empty file instead.
for _name in [name for name in os.environ if name.startswith("OCR_")]:
    del os.environ[_name]
os.environ["OCR_CONFIG"] = os.devnull

# How long an example takes says nothing on a busy machine.
settings.register_profile("ocr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ocr")
