"""Ink: the ground is normalized, the ink found, and each dark pixel classified."""
