import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.classifier.network import initialise, view_as_network
from ocr.classifier.weights import DTYPES, packed, unpacked

SIZES = (6, 4, 3)
NETWORK = view_as_network(initialise(SIZES, scheme="he", rng=np.random.default_rng(0)), SIZES)
FILE = packed(NETWORK, DTYPES["float32"])


@given(st.lists(st.tuples(st.integers(0, len(FILE) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_file_with_other_bytes_is_a_network_or_a_value_error(changes):
    content = bytearray(FILE)
    for place, value in changes:
        content[place] = value
    with contextlib.suppress(ValueError):
        network = unpacked(bytes(content), sizes=SIZES, dtype=DTYPES["float32"])
        assert [layer.weights.shape for layer in network] == [(6, 4), (4, 3)]
        assert all(np.isfinite(part).all() for layer in network for part in layer)


@given(st.integers(0, len(FILE) - 1))
def test_a_file_cut_anywhere_is_refused(length):
    with pytest.raises(ValueError, match=r"."):
        unpacked(FILE[:length], sizes=SIZES, dtype=DTYPES["float32"])


@given(st.lists(st.integers(1, 7), min_size=2, max_size=5), st.sampled_from(sorted(DTYPES)))
def test_what_is_packed_is_unpacked(sizes, dtype):
    vector = initialise(sizes, scheme="glorot", rng=np.random.default_rng(0)).astype(DTYPES[dtype])
    network = view_as_network(vector, sizes)
    found = unpacked(packed(network, DTYPES[dtype]), sizes=sizes, dtype=DTYPES[dtype])
    for given_layer, layer in zip(network, found, strict=True):
        np.testing.assert_array_equal(given_layer.weights, layer.weights)
        np.testing.assert_array_equal(given_layer.bias, layer.bias)
