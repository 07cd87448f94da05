import functools
import gzip
import hashlib
import struct
import subprocess
import sys
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from ocr.classifier.alphabet import BALANCED, BYCLASS, DIGITS, LETTERS
from ocr.datasets import download, emnist, emnist_files
from ocr.datasets.emnist import available, load, parse_split
from ocr.errors import DataError, SettingError


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(np.uint8).tobytes()


def letter_f():
    """An F, which no turn or reflection maps to itself, upright."""
    image = np.zeros((28, 28), dtype=np.uint8)
    image[4:24, 8:11] = 255
    image[4:7, 8:20] = 255
    image[12:15, 8:16] = 255
    return image


def split_files(split="byclass", part="test", *, labels=(15, 0), images=None):
    """Give name -> content of the two files of a part, as NIST stores them."""
    if images is None:
        images = np.stack([letter_f()] * len(labels))
    return {
        f"emnist-{split}-{part}-images-idx3-ubyte": idx_bytes(images.swapaxes(1, 2)),
        f"emnist-{split}-{part}-labels-idx1-ubyte": idx_bytes(np.array(labels)),
    }


def write_folder(folder, files, *, compress=False):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        packed = compress and name.endswith("-ubyte")
        (folder / (name + ".gz" if packed else name)).write_bytes(
            gzip.compress(content) if packed else content
        )
    return folder


def write_archive(path, files, **settings):
    """Pack ``files`` as the official gzip.zip does: compressed twice, in a folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", **settings) as archive:
        for name, content in files.items():
            if name.endswith("-ubyte"):
                archive.writestr(f"gzip/{name}.gz", gzip.compress(content))
            else:
                archive.writestr(f"gzip/{name}", content)
    return path


@pytest.fixture(autouse=True)
def _no_other_data(monkeypatch, tmp_path):
    """Keep tests away from the data and the cache of whoever runs them, and from the network."""
    monkeypatch.delenv("OCR_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)

    def refuse(folder):
        pytest.fail(f"would download to {folder}")

    monkeypatch.setattr(emnist_files, "fetch_archive", refuse)


@pytest.fixture
def http_folder(tmp_path, monkeypatch):
    """Serve a folder to this machine; give the folder and its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format, *args):  # noqa: A002
            """Say nothing on stderr."""

    folder = tmp_path / "served"
    folder.mkdir()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def real_data():
    root = Path(__file__).resolve().parents[3]
    folder = root.parent / "shared" / "data" / "emnist"
    if not folder.is_dir():
        pytest.skip("the EMNIST files are not in ../shared/data/emnist")
    return folder


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("subfolder", ["", "gzip"])
def test_loads_from_a_folder(tmp_path, compress, subfolder):
    write_folder(tmp_path / subfolder, split_files(), compress=compress)
    found = load("byclass", "test", data=tmp_path)
    assert (found.images.shape, found.images.dtype) == ((2, 28, 28), np.uint8)
    assert (found.labels.tolist(), found.labels.dtype) == ([15, 0], np.int64)
    assert found.classes == BYCLASS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_loads_from_the_official_archive_without_unpacking_it(tmp_path, method):
    path = write_archive(tmp_path / "gzip.zip", split_files(), compression=method)
    assert load("byclass", "test", data=str(path)).labels.tolist() == [15, 0]
    assert load("byclass", "test", data=tmp_path).labels.tolist() == [15, 0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["gzip.zip"]


def test_images_are_upright_with_ink_bright(tmp_path):
    found = load("byclass", "test", data=write_folder(tmp_path, split_files()))
    np.testing.assert_array_equal(found.images[0], letter_f())


def test_every_image_is_turned_when_there_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(emnist, "_UPRIGHT_CHUNK", 2)
    images = np.random.default_rng(0).integers(0, 256, size=(5, 28, 28), dtype=np.uint8)
    write_folder(tmp_path, split_files(labels=[0] * 5, images=images))
    np.testing.assert_array_equal(load("byclass", "test", data=tmp_path).images, images)


def test_letters_count_from_zero(tmp_path):
    write_folder(tmp_path, split_files("letters", "train", labels=(1, 26)))
    found = load("letters", "train", data=tmp_path)
    assert [found.classes[label] for label in found.labels] == ["A", "Z"]
    assert found.classes == LETTERS


@pytest.mark.parametrize(
    ("split", "classes"), [("balanced", BALANCED), ("digits", DIGITS), ("mnist", DIGITS)]
)
def test_classes_are_known_without_a_mapping_file(tmp_path, split, classes):
    write_folder(tmp_path, split_files(split, labels=(3,)))
    assert load(split, "test", data=tmp_path).classes == classes


def test_classes_come_from_the_mapping_file(tmp_path):
    write_folder(tmp_path, split_files(labels=(1,)) | {"emnist-byclass-mapping.txt": b"0 80\n1 81\r\n\n"})
    found = load("byclass", "test", data=tmp_path)
    assert found.classes == ("P", "Q")


def test_the_mapping_of_letters_names_the_capital(tmp_path):
    rows = "".join(f"{label} {64 + label} {96 + label}\n" for label in range(1, 27)).encode()
    files = split_files("letters", labels=(1, 26)) | {"emnist-letters-mapping.txt": rows}
    found = load("letters", "test", data=write_archive(tmp_path / "gzip.zip", files))
    assert found.classes == LETTERS
    assert found.labels.tolist() == [0, 25]


@pytest.mark.parametrize(
    "mapping", [b"", b"0 65\n2 66\n", b"1 65\n", b"0 65\n1 65\n", b"zero A\n", b"0 7\n", b"0\n"]
)
def test_a_damaged_mapping_is_refused(tmp_path, mapping):
    write_folder(tmp_path, split_files(labels=(0,)) | {"emnist-byclass-mapping.txt": mapping})
    with pytest.raises(DataError, match=r"mapping.*emnist-byclass-mapping.txt.*LABEL CODE"):
        load("byclass", "test", data=tmp_path)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (split_files(labels=(62,)), r"labels-idx1.*found 62 to 62, expected 0 to 61"),
        (split_files(images=np.zeros((3, 28, 28))), "found 3 images and labels of shape"),
        (split_files(images=np.zeros((2, 28, 27))), r"images-idx3.*expected \(N, 28, 28\)"),
        (split_files(labels=(), images=np.zeros((0, 28, 28))), r"found shape \(0, 28, 28\)"),
        (split_files() | {"emnist-byclass-test-labels-idx1-ubyte": b"\0\0\x08\x01\0"}, "header cut short"),
        (split_files() | {"emnist-byclass-test-images-idx3-ubyte": idx_bytes(np.zeros(5))}, r"shape \(5,\)"),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together_are_refused(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as caught:
        load("byclass", "test", data=write_folder(tmp_path, files))
    assert "\n" not in str(caught.value)


def test_letters_without_the_shift_are_refused(tmp_path):
    write_folder(tmp_path, split_files("letters", labels=(0, 25)))
    with pytest.raises(DataError, match="found 0 to 25, expected 1 to 26"):
        load("letters", "test", data=tmp_path)


def test_a_missing_part_is_refused_with_what_is_there_and_what_is_wanted(tmp_path):
    write_folder(tmp_path, split_files("mnist"))
    with pytest.raises(DataError) as caught:
        load("byclass", "train", data=tmp_path)
    message = str(caught.value)
    for words in (
        "found mnist-test",
        "emnist-byclass-train-images-idx3-ubyte(.gz)",
        "--data DIR",
        str(tmp_path),
    ):
        assert words in message
    assert "emnist-byclass-train-labels-idx1-ubyte(.gz)" in message


def test_only_the_missing_file_of_a_pair_is_asked_for(tmp_path):
    files = split_files()
    del files["emnist-byclass-test-labels-idx1-ubyte"]
    with pytest.raises(DataError, match=r"found no complete part .* expected emnist-byclass-test-labels"):
        load("byclass", "test", data=write_folder(tmp_path, files))


def test_a_folder_or_file_that_is_no_data_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"nowhere: found nothing there.*--data DIR"):
        load("byclass", "test", data=tmp_path / "nowhere")
    (tmp_path / "gzip.zip").write_bytes(b"PK\3\4 a copy that broke off")
    for data in (tmp_path, tmp_path / "gzip.zip"):
        with pytest.raises(DataError, match=r"gzip.zip: File is not a zip file.*--data DIR"):
            available(data)


def test_an_archive_with_a_flipped_byte_is_refused(tmp_path):
    path = write_archive(tmp_path / "gzip.zip", split_files())
    content = bytearray(path.read_bytes())
    content[content.find(b"\x1f\x8b") + 40] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"gzip.zip \(gzip/emnist-byclass-test-images"):
        load("byclass", "test", data=path)


@pytest.mark.parametrize("change", ["encrypted", "unknown compression"])
def test_an_archive_that_cannot_be_unpacked_is_refused(tmp_path, change):
    path = write_archive(tmp_path / "gzip.zip", split_files())
    content = bytearray(path.read_bytes())
    start = 0
    # In the central directory, flags are at 8 and the method at 10.
    while (start := content.find(b"PK\1\2", start + 1)) > 0:
        content[start + (8 if change == "encrypted" else 10)] |= 1 if change == "encrypted" else 14
    path.write_bytes(content)
    with pytest.raises(
        DataError, match="encrypted" if change == "encrypted" else "neither stored nor deflated"
    ):
        load("byclass", "test", data=path)


def test_a_file_in_the_folder_goes_before_gzip_folder_and_archive(tmp_path):
    write_archive(tmp_path / "gzip.zip", split_files(labels=(1,)) | split_files("mnist", labels=(4,)))
    assert load("byclass", "test", data=tmp_path).labels.tolist() == [1]
    write_folder(tmp_path / "gzip", split_files(labels=(2,)), compress=True)
    assert load("byclass", "test", data=tmp_path).labels.tolist() == [2]
    write_folder(tmp_path, split_files(labels=(3,)))
    assert load("byclass", "test", data=tmp_path).labels.tolist() == [3]
    assert load("mnist", "test", data=tmp_path).labels.tolist() == [4]


def test_available_lists_complete_parts(tmp_path):
    write_folder(tmp_path, split_files("mnist") | split_files("byclass", "train"))
    (tmp_path / "emnist-byclass-test-images-idx3-ubyte").write_bytes(b"")
    assert available(tmp_path) == [("byclass", "train"), ("mnist", "test")]
    assert available() == []


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("OCR_DATA", str(write_folder(tmp_path / "mine", split_files())))
    assert load("byclass", "test").labels.tolist() == [15, 0]
    assert available() == [("byclass", "test")]
    with pytest.raises(DataError, match="mnist-test is missing"):
        load("mnist", "test")  # a folder that the user names is not added to


def test_without_a_folder_the_archive_is_downloaded_once_to_the_cache(tmp_path, monkeypatch):
    fetched = []

    def fetch(folder):
        fetched.append(folder)
        return write_archive(folder / "gzip.zip", split_files())

    monkeypatch.setattr(emnist_files, "fetch_archive", fetch)
    assert load("byclass", "test").labels.tolist() == [15, 0]
    assert load("byclass", "test").labels.tolist() == [15, 0]
    assert fetched == [tmp_path / "cache" / "ocr" / "emnist"]
    with pytest.raises(DataError, match="mnist-test is missing"):
        load("mnist", "test")  # the archive is there; fetching it again would not help


def test_download_and_load_work_together(tmp_path, monkeypatch, http_folder):
    folder, url = http_folder
    path = write_archive(folder / "gzip.zip", split_files())
    monkeypatch.setattr(emnist_files, "fetch_archive", download.fetch_archive)
    monkeypatch.setenv("OCR_EMNIST_URLS", f"{url}/gzip.zip")
    monkeypatch.setenv("OCR_EMNIST_CHECKSUM", f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}")
    assert load("byclass", "test").labels.tolist() == [15, 0]


def test_parse_split():
    assert parse_split("byclass-test") == ("byclass", "test")
    assert all(
        parse_split(f"{split}-{part}") == (split, part) for split in emnist.SPLITS for part in emnist.PARTS
    )


@pytest.mark.parametrize(
    "name", ["", "byclass", "byclass-", "byclass-valid", "bywriter-test", "byclass-test-2"]
)
def test_an_unknown_split_is_refused(tmp_path, name):
    with pytest.raises(SettingError, match=f"found '{name}'.*byclass, bymerge, balanced.*train, test"):
        parse_split(name)
    split, _, part = name.partition("-")
    with pytest.raises(SettingError):
        load(split, part, data=tmp_path)


def test_importing_the_module_imports_nothing_for_downloads():
    code = "import sys, ocr.datasets.emnist; print({'http.client', 'ssl', 'platformdirs'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_real_byclass_test_part(real_data):
    found = load("byclass", "test", data=real_data)
    assert found.images.shape == (16_478, 28, 28)
    assert found.classes == BYCLASS
    assert set(found.labels.tolist()) == set(range(62))
    # An upright L has its foot at the lower right and nothing above it; transposed, the foot is gone.
    mean = found.images[found.labels == BYCLASS.index("L")].mean(axis=0)
    assert mean[14:, 14:].mean() > 1.5 * mean[:14, 14:].mean()
