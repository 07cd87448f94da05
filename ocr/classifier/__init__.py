"""From glyph to probabilities: crops, features, the network and its file."""
