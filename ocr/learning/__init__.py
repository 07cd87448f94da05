"""Learn the hand of one writer: corrections, alignment with the ink, fine-tuning of the network."""
