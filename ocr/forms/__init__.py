"""The fields of a form: what a file of fields says, how each of them is read, and tables of what was read."""
