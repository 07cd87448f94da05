"""Types of arrays, declared once."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Gray: TypeAlias = NDArray[np.float32]
"""A picture (H, W), 0 black .. 1 paper."""
GrayBytes: TypeAlias = NDArray[np.uint8]
"""A picture (H, W) of bytes, 0 black .. 255 paper."""
ColourBytes: TypeAlias = NDArray[np.uint8]
"""A picture (H, W, 3) of red, green and blue bytes."""
Mask: TypeAlias = NDArray[np.bool_]
"""True where there is ink, or whatever the name says."""
Float32: TypeAlias = NDArray[np.float32]
Float64: TypeAlias = NDArray[np.float64]
AnyFloat: TypeAlias = NDArray[np.floating[Any]]
Int32: TypeAlias = NDArray[np.int32]
Int64: TypeAlias = NDArray[np.int64]
AnyInt: TypeAlias = NDArray[np.integer[Any]]
