"""Pages shared among many machines: where they lie, who reads which, and what if a machine is lost."""
