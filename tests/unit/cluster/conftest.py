"""Everything here takes the libraries of the extra "cluster"."""

import pytest

pytest.importorskip("fsspec")
pytest.importorskip("distributed")


@pytest.fixture
def memory():
    """Files in memory, none at first."""
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield MemoryFileSystem()
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
