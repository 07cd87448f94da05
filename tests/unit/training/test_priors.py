"""Shares of kinds of characters, with the mixture of a part put right."""

import numpy as np
import pytest

from ocr.classifier.alphabet import PRINT, SPLITS
from ocr.training.batches import with_published_shares


def test_the_three_groups_have_the_published_shares_and_characters_keep_theirs_within_their_group():
    shares = np.linspace(1, 2, len(PRINT)).astype(np.float32)
    shares /= shares.sum()
    found = np.exp(with_published_shares(np.log(shares), PRINT))
    assert found.sum() == pytest.approx(1, abs=1e-5)
    digits, capitals, small = found[:10].sum(), found[10:36].sum(), found[36:62].sum()
    assert digits / (digits + capitals + small) == pytest.approx(402_953 / 814_255, abs=1e-5)
    assert capitals / small == pytest.approx(220_304 / 190_998, abs=1e-4)
    np.testing.assert_allclose(found[:10] / digits, shares[:10] / shares[:10].sum(), rtol=1e-4)
    np.testing.assert_allclose(found[62:], shares[62:], rtol=1e-5)


def test_an_alphabet_without_some_group_is_left_as_it_is():
    logs = np.log(np.full(10, 0.1, np.float32))
    assert with_published_shares(logs, SPLITS["digits"]) is logs
