"""What the text around a character says about it: spaces, and the shapes that words have."""
