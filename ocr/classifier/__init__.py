"""From glyph to probabilities: tiles, features, the network, its training and its file."""
