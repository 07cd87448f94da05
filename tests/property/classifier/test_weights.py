import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ocr.classifier.network import Layer, initialise, view_as_network
from ocr.classifier.weight_file import DTYPES, packed, unpacked

SIZES = (6, 4, 3)
NETWORK = view_as_network(initialise(SIZES, scheme="he", rng=np.random.default_rng(0)), SIZES)
FILES = {name: packed(NETWORK, dtype) for name, dtype in DTYPES.items()}
SHORTEST = min(map(len, FILES.values()))


@given(
    st.sampled_from(sorted(DTYPES)),
    st.lists(st.tuples(st.integers(0, SHORTEST - 1), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_file_with_other_bytes_is_a_network_or_a_value_error(dtype, changes):
    content = bytearray(FILES[dtype])
    for place, value in changes:
        content[place] = value
    with contextlib.suppress(ValueError):
        network = unpacked(bytes(content), sizes=SIZES, dtype=DTYPES[dtype])
        assert [layer.weights.shape for layer in network] == [(6, 4), (4, 3)]
        assert all(np.isfinite(part).all() for layer in network for part in layer)


@given(st.sampled_from(sorted(DTYPES)), st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_refused(dtype, share):
    content = FILES[dtype]
    with pytest.raises(ValueError, match=r"."):
        unpacked(content[: int(share * len(content))], sizes=SIZES, dtype=DTYPES[dtype])


@given(st.lists(st.integers(1, 7), min_size=2, max_size=5), st.sampled_from(["float16", "float32"]))
def test_what_is_packed_as_float_is_unpacked(sizes, dtype):
    vector = initialise(sizes, scheme="glorot", rng=np.random.default_rng(0)).astype(DTYPES[dtype])
    network = view_as_network(vector, sizes)
    found = unpacked(packed(network, DTYPES[dtype]), sizes=sizes, dtype=DTYPES[dtype])
    for given_layer, layer in zip(network, found, strict=True):
        np.testing.assert_array_equal(given_layer.weights, layer.weights)
        np.testing.assert_array_equal(given_layer.bias, layer.bias)


@given(arrays(np.float32, (5, 3), elements=st.floats(-(2.0**13), 2.0**13, width=32)))
def test_int8_is_right_to_half_a_step_of_each_output(weights):
    network = (Layer(weights, np.arange(3, dtype=np.float32)),)
    (found,) = unpacked(packed(network, DTYPES["int8"]), sizes=(5, 3), dtype=DTYPES["int8"])
    largest = np.abs(weights).max(axis=0)
    # Below the normal numbers of float32 the scale itself is rounded.
    assert (np.abs(found.weights - weights) <= 0.5001 * largest / 127 + 1e-43).all()
    np.testing.assert_allclose(np.abs(found.weights).max(axis=0), largest, rtol=1e-6, atol=1e-43)
    np.testing.assert_array_equal(found.bias, [0, 1, 2])
