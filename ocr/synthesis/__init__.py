"""Pages and characters made by the project itself, from fonts and drawn strokes, for samples and tests."""
