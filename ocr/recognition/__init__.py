"""From lines of glyphs to text: cuts, candidates, spaces, decoding."""
