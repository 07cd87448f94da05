"""From gray pixels to lines of glyphs. Stages are pure functions: arrays in, arrays or frozen values out."""
