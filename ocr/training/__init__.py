"""From data to weights: batches, optimizers, schedules, checkpoints, and the builders of shipped data."""
