"""The least that reading one picture takes: import the libraries, decode the picture, multiply the matrices.

    python tests/benchmarks/floor.py NEEDS.json

The needs are what :func:`needs_of` found out: the modules of NumPy, SciPy, scikit-image and Pillow that
``ocr read`` has loaded when it is done, the size that the picture was decoded to, and the shapes of the
matrix products of its network. Run as a program this is the floor of a cold process; its functions are that
of a warm one.
"""

import json
import sys
from importlib import import_module
from pathlib import Path

LIBRARIES = {"numpy", "scipy", "skimage", "PIL"}


def decode(path, at_least_px):
    """Decode to gray (H, W) uint8, a JPEG at the coarsest scale whose longer side is this at least."""
    import numpy as np
    from PIL import Image

    with Image.open(path) as image:
        if image.format == "JPEG" and at_least_px is not None:
            factor = at_least_px / max(image.size)
            image.draft("L", (max(1, int(image.width * factor)), max(1, int(image.height * factor))))
        return np.asarray(image if image.mode == "L" else image.convert("L"))


def matrices(shapes):
    """Matrices (N, D) and (D, K) of ones for each product."""
    import numpy as np

    return [(np.ones((rows, inner), "f"), np.ones((inner, cols), "f")) for rows, inner, cols in shapes]


def multiply(pairs):
    """Multiply them."""
    for first, second in pairs:
        first @ second


def needs_of(path):
    """Read a picture in this process and see what that needs: modules, longer side, and products."""
    import ocr.classifier.model as model_module
    from ocr.cli import main
    from ocr.image.picture import Picture

    sizes, shapes = [], []
    decode_gray, predict = Picture.gray, model_module.predict_logits

    def gray(self, *, at_least_px=None):
        sizes.append(at_least_px)
        return decode_gray(self, at_least_px=at_least_px)

    def predict_logits(network, inputs, **settings):
        shapes.extend((len(inputs), *layer.weights.shape) for layer in network)
        return predict(network, inputs, **settings)

    Picture.gray, model_module.predict_logits = gray, predict_logits
    try:
        main(["read", "--quiet", str(path)])
    except SystemExit as stop:
        if stop.code:
            raise
    finally:
        Picture.gray, model_module.predict_logits = decode_gray, predict
    whole = None in sizes or not sizes
    modules = [name for name in sys.modules if name.split(".")[0] in LIBRARIES]
    return {
        "modules": modules,
        "at_least_px": None if whole else max(sizes),
        "shapes": shapes,
        "path": str(path),
    }


def floor(needs):
    """Do what a cold process cannot do without."""
    for name in needs["modules"]:
        import_module(name)
    decode(needs["path"], needs["at_least_px"])
    multiply(matrices(needs["shapes"]))


if __name__ == "__main__":
    floor(json.loads(Path(sys.argv[1]).read_text()))
