"""What was read: a frozen tree of document, pages, lines, words and characters, and its exporters."""
