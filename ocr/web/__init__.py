"""The page on which a person corrects what was read, and the local server behind it."""
