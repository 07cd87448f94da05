"""Writing: marks that are none are sorted out, the others become lines of glyphs in reading order."""
