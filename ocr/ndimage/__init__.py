"""The functions of ``scipy.ndimage`` that reading needs, in NumPy and for arrays of two dimensions.

Names, parameters and results are those of SciPy, and a test compares them. They are ours because of time:
importing SciPy's takes as long as reading a small page, and NumPy takes the largest or smallest value of
windows several times faster.
"""

from ocr.ndimage.labeling import binary_fill_holes, find_objects, label
from ocr.ndimage.morphology import (
    binary_dilation,
    binary_erosion,
    binary_opening,
    grey_closing,
    grey_erosion,
    grey_opening,
    maximum_filter,
    maximum_filter1d,
    minimum_filter,
    minimum_filter1d,
)
from ocr.ndimage.smoothing import (
    gaussian_filter,
    gaussian_filter1d,
    map_coordinates,
    median_filter,
    uniform_filter,
    uniform_filter1d,
)

__all__ = [
    "binary_dilation",
    "binary_erosion",
    "binary_fill_holes",
    "binary_opening",
    "find_objects",
    "gaussian_filter",
    "gaussian_filter1d",
    "grey_closing",
    "grey_erosion",
    "grey_opening",
    "label",
    "map_coordinates",
    "maximum_filter",
    "maximum_filter1d",
    "median_filter",
    "minimum_filter",
    "minimum_filter1d",
    "uniform_filter",
    "uniform_filter1d",
]
