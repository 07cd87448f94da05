"""From a file to gray pixels: decoding, pages of a file, size limits."""
