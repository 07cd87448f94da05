import io
import pickle
import re
import tracemalloc
import zipfile

import numpy as np
import pytest

from ocr.datasets import npz_set
from ocr.datasets.npz_set import load_characters
from ocr.errors import DataError, SettingError, printable

IMAGES = np.arange(3 * 784, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)
GOOD = {
    "images": IMAGES,
    "labels": np.array(["A", "7", "?"]),
    "provider": np.array(["ann", "bob", "ann"]),
    "rel_size_wh": np.array([[1, 1], [0.5, 0.9], [0.4, 1.1]], np.float32),
    "rel_ref_known": np.array([True, False, True]),
    "source_file": np.array(["a", "b", "c"], dtype="<U26"),
}


def save(path, *, compress=False, **changes):
    """Save a good file with other members; a change to None leaves one out."""
    members = {name: array for name, array in (GOOD | changes).items() if array is not None}
    (np.savez_compressed if compress else np.savez)(path, **members)
    return path


def refusal(path):
    with pytest.raises(
        DataError, match=re.escape(f"characters {printable(str(path))}: cannot be read (")
    ) as caught:
        load_characters(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400 + len(str(path))
    assert message.endswith("expected a .npz file with images and labels")
    return message


@pytest.mark.parametrize("compress", [False, True])
def test_a_good_file_comes_back(tmp_path, compress):
    found = load_characters(str(save(tmp_path / "good.npz", compress=compress)))
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.labels.tolist() == ["A", "7", "?"]
    assert found.providers.tolist() == ["ann", "bob", "ann"]
    np.testing.assert_allclose(found.sizes, [[1, 1], [np.nan, np.nan], [0.4, 1.1]], rtol=1e-6)
    assert (found.images.dtype, found.sizes.dtype) == (np.uint8, np.float32)


def test_only_images_and_labels_are_required(tmp_path):
    found = load_characters(save(tmp_path / "a.npz", provider=None, rel_size_wh=None, rel_ref_known=None))
    assert found.providers.tolist() == [""] * 3
    assert np.isnan(found.sizes).all()


def test_providers_are_held_out_or_kept_with_all_that_is_theirs(tmp_path):
    found = load_characters(save(tmp_path / "a.npz"))
    rest, only = found.without(["ann"]), found.only(["ann"])
    assert (rest.labels.tolist(), only.labels.tolist()) == (["7"], ["A", "?"])
    np.testing.assert_array_equal(only.images, IMAGES[[0, 2]])
    np.testing.assert_array_equal(only.sizes, found.sizes[[0, 2]])
    assert only.providers.tolist() == ["ann", "ann"]
    assert found.without([]).labels.tolist() == found.labels.tolist()
    assert found.only([]).labels.tolist() == []
    assert found.without(["nobody"]).labels.tolist() == found.labels.tolist()


def test_unknown_providers_are_refused(tmp_path):
    found = load_characters(save(tmp_path / "a.npz"))
    found.require(["bob", "ann"])
    with pytest.raises(SettingError, match="'cid': not in this file, expected one of ann, bob"):
        found.require(["ann", "cid"])
    nameless = load_characters(save(tmp_path / "b.npz", provider=None))
    for name in ("ann", ""):
        with pytest.raises(SettingError, match="names none"):
            nameless.require([name])


def test_labels_become_numbers_of_classes(tmp_path):
    found = load_characters(save(tmp_path / "a.npz", labels=np.array(["B", "A", "B"]))).labelled()
    assert (found.classes, found.labels.tolist(), found.split) == (("A", "B"), [1, 0, 1], "")
    np.testing.assert_array_equal(found.images, IMAGES)


def test_sizes_are_known_if_any_is(tmp_path):
    found = load_characters(save(tmp_path / "a.npz"))
    assert found.has_sizes
    assert not found.only(["bob"]).has_sizes
    assert not load_characters(save(tmp_path / "b.npz", rel_size_wh=None)).has_sizes


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"images": None}, "has no images"),
        ({"labels": None}, "has no labels"),
        ({"images": None, "labels": None}, "has no images and no labels"),
        ({"images": IMAGES.astype(np.int8)}, "images has header"),
        ({"images": IMAGES.astype(np.float32) / 255}, "images has header"),
        ({"images": np.asfortranarray(IMAGES)}, "images has header"),
        ({"images": IMAGES[:, :27]}, r"images has shape \(3, 27, 28\)"),
        ({"images": IMAGES.reshape(3, 784)}, r"images has shape \(3, 784\)"),
        ({"images": np.uint8(3)}, "images has header"),
        ({"labels": np.array([1, 2, 3])}, "labels has header"),
        ({"labels": np.array([b"A", b"\xff", b"C"])}, "labels has header"),
        ({"labels": np.array(["A", "B"])}, r"labels has shape \(2,\) beside 3 images"),
        ({"labels": np.array([["A"], ["B"], ["C"]])}, r"labels has shape \(3, 1\)"),
        ({"labels": np.array(["A", None, {}], dtype=object)}, "labels has header"),
        ({"labels": np.array([0x110000] * 3, np.uint32).view("<U1")}, "labels holds what is no text"),
        ({"labels": np.array(["A", "B", "C"], dtype=">U1")}, "labels has header"),
        ({"provider": np.array(["ann"])}, "provider has shape"),
        ({"provider": np.array([1, 2, 3])}, "provider has header"),
        ({"rel_size_wh": np.zeros((3, 3), np.float32)}, "rel_size_wh has shape"),
        ({"rel_size_wh": np.zeros((3, 2), np.complex64)}, "rel_size_wh has header"),
        ({"rel_ref_known": np.array([0, 1, 2])}, "rel_ref_known has header"),
        ({"rel_ref_known": np.array([True])}, "rel_ref_known has shape"),
    ],
)
def test_wrong_members_are_refused(tmp_path, changes, word):
    assert re.search(word, refusal(save(tmp_path / "bad.npz", **changes)))


class Bomb:
    """Fails the test when it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


def npy(array, *, header=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0), allow_pickle=True)
    content = stream.getvalue()
    if header is None:
        return content
    return content[:8] + (118).to_bytes(2, "little") + header.encode().ljust(117) + b"\n" + array.tobytes()


def written(path, *, compression=zipfile.ZIP_STORED, **members):
    arrays = {"images": npy(IMAGES), "labels": npy(GOOD["labels"])} | members
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
    return path


def test_files_written_by_these_tests_are_good(tmp_path):
    assert load_characters(written(tmp_path / "good.npz")).labels.tolist() == ["A", "7", "?"]


@pytest.mark.parametrize(
    "members",
    [
        {"labels": npy(np.array([Bomb()] * 3, dtype=object))},
        {"labels": pickle.dumps(Bomb())},
        {"labels": b""},
        {"labels": npy(GOOD["labels"])[:-1]},
        {"images": npy(IMAGES)[:200]},
        {"images": npy(IMAGES, header="{'descr':'|u1','fortran_order':False,'shape':(510000000,28,28)}")},
        {"images": npy(IMAGES, header="{'descr':'|u1','fortran_order':False,'shape':(3,28," + "9" * 50)},
        {"images": npy(IMAGES, header="-" * 110)},
        {"labels": npy(GOOD["labels"], header="{'descr':'<U0','fortran_order':False,'shape':(3,)}")},
        {"labels": npy(GOOD["labels"], header="__import__('os').abort()")},
    ],
    ids=["objects", "pickle", "empty", "short", "cut", "373 GiB", "digits", "deep", "no width", "code"],
)  # fmt: skip
def test_forged_members_are_refused_and_nothing_is_run(tmp_path, members):
    tracemalloc.start()
    refusal(written(tmp_path / "bad.npz", **members))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**22


def test_a_bomb_is_refused_by_the_size_that_it_declares(tmp_path, monkeypatch):
    monkeypatch.setattr(npz_set, "_MOST_BYTES", 2**20)
    path = written(tmp_path / "bomb.npz", compression=zipfile.ZIP_DEFLATED, more=bytes(2**20))
    assert path.stat().st_size < 10_000
    assert "larger than" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"<html>", pickle.dumps(["A"]), npy(IMAGES)])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    refusal(tmp_path / "bad.npz")


def test_a_damaged_an_encrypted_and_an_oddly_packed_archive_are_refused(tmp_path):
    path = save(tmp_path / "bad.npz", compress=True)
    good = path.read_bytes()
    damaged = bytearray(good)
    damaged[len(good) // 3] ^= 0xFF
    encrypted = bytearray(good)
    start = 0
    while (start := encrypted.find(b"PK\1\2", start + 1)) > 0:
        encrypted[start + 8] |= 1
    for content in (damaged, encrypted, good[:-60]):
        path.write_bytes(content)
        refusal(path)
    odd = bytearray(good)
    odd[odd.find(b"PK\1\2") + 10] = 99  # the method
    path.write_bytes(odd)
    refusal(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "nothing.npz")
    assert "directory" in refusal(tmp_path)
    refusal(tmp_path / "zero\0byte.npz")
