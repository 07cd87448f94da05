"""Read a line without cutting it: a network that slides along the line, trained with CTC."""
