"""The way to a cluster; local ones are in tests/cli/test_cluster.py."""

import os
import socket
import sys

import pytest

from ocr.batch import dask_client
from ocr.batch.dask_client import check_scheduler, connected
from ocr.errors import OcrError, SettingError


@pytest.mark.parametrize("address", ["local", "local:4", "tcp://10.0.0.5:8786", "tls://host:1"])
def test_addresses(address):
    check_scheduler(address)


@pytest.mark.parametrize(
    "address", ["", "local:0", "local:x", "locally", "10.0.0.5:8786", "http://a", "tcp://", "inproc://a/1/1"]
)
def test_what_is_no_address(address):
    with pytest.raises(SettingError, match=f"^--scheduler: found {address!r}, expected local, local:4, or"):
        check_scheduler(address)


def test_a_password_in_an_address_is_refused_and_not_shown():
    with pytest.raises(SettingError, match=r"found 'tcp://host:8786', expected") as caught:
        check_scheduler("tcp://me:secret@host:8786")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("library", ["distributed", "fsspec", "cryptography"])
def test_missing_libraries_say_what_to_install(library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SettingError, match=r"install with: pip install cryptography distributed fsspec$"):
        check_scheduler("local")


@pytest.mark.cluster
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_nobody_answers(address, monkeypatch):
    monkeypatch.setattr(dask_client, "_SECONDS_TO_ANSWER", 0.1)
    expected = f"^--scheduler {address}: nobody answers .*is the scheduler up"
    with pytest.raises(OcrError, match=expected), connected(address, cores=1):
        pass


@pytest.mark.cluster
@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_scheduler_that_is_frozen_does_not_answer(protocol, monkeypatch):
    monkeypatch.setattr(dask_client, "_SECONDS_TO_ANSWER", 0.1)
    # The system accepts connections for it; nobody ever reads from them.
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        address = f"{protocol}://127.0.0.1:{frozen.getsockname()[1]}"
        expected = f"^--scheduler {address}: nobody answers .*is the scheduler up"
        with pytest.raises(OcrError, match=expected), connected(address, cores=1):
            pass


def test_what_is_put_into_the_environment_is_taken_back(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    with dask_client._own_environment():
        os.environ.update(OMP_NUM_THREADS="1", PYTHONHASHSEED_OF_A_TEST="6640")
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "PYTHONHASHSEED_OF_A_TEST" not in os.environ


@pytest.mark.cluster
def test_certificates_that_are_missing_are_named(monkeypatch):
    monkeypatch.setattr(dask_client, "_SECONDS_TO_ANSWER", 0.1)
    expected = "no certificates; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE"
    with pytest.raises(OcrError, match=expected), connected("tls://127.0.0.1:1", cores=1):
        pass
