"""From picture to glyphs: light, ink, components, lines. Arrays in, arrays or frozen values out."""
