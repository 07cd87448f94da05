"""How well it reads: error rates, confusion matrices and calibration as plain numbers."""
