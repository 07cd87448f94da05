"""Everything here takes the libraries of the extra "cluster", and is left out without them."""

import pytest

collect_ignore_glob = []
try:
    import distributed  # noqa: F401
    import fsspec  # noqa: F401
except ImportError:
    collect_ignore_glob.append("test_*.py")


@pytest.fixture
def memory():
    """Files in memory, none at first."""
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield MemoryFileSystem()
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
