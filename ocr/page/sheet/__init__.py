"""The sheet: its boundary on a photo, and the picture without perspective."""
