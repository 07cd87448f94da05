"""Experiments on learning: what a choice does, and what goes on inside while a network learns."""
