"""``python -m ocr`` is the same as ``ocr``."""

from ocr.cli import main

if __name__ == "__main__":
    main()
