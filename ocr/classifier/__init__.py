"""From glyph to probabilities: crops, features, the network, its training and its file."""
