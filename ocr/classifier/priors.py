"""How frequent kinds of characters are in the whole of EMNIST, for models that learn from a part of it."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Characters of each kind in EMNIST by class, as published: Cohen et al. 2017, arXiv:1702.05373.
_PUBLISHED = {string.digits: 402_953, string.ascii_uppercase: 220_304, string.ascii_lowercase: 190_998}


def as_published(log_priors: NDArray[np.float32], classes: Sequence[str]) -> NDArray[np.float32]:
    """Give digits, capitals and small letters the shares that they have in the whole of EMNIST by class.

    A part of EMNIST may have another mixture, by chance or choice; how frequent each digit is among the
    digits is left as it was found.

    Parameters
    ----------
    log_priors : (K,) float32 array
        Logarithm of the share of each class in the part.
    classes : sequence of str
        Its signs; other signs than these 62 keep their shares.

    Returns
    -------
    (K,) float32 array
    """
    kinds = [np.array([sign in signs for sign in classes]) for signs in _PUBLISHED]
    if not all(kind.any() for kind in kinds):
        return log_priors
    found = np.array([np.exp(log_priors[kind]).sum() for kind in kinds])
    published = np.array(list(_PUBLISHED.values())) / sum(_PUBLISHED.values()) * found.sum()
    corrected = log_priors.copy()
    for kind, before, after in zip(kinds, found, published, strict=True):
        corrected[kind] += np.float32(np.log(after / before))
    return corrected
