"""Labelled characters on disk: EMNIST, IDX files and .npz files of the user."""
