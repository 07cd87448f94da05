"""Many inputs to many outputs: listing, planning, reading in processes or on a cluster."""
