"""Everything that is drawn. Matplotlib is imported here only, and late."""
