"""Error rates, confusion matrices and calibration as plain numbers."""
