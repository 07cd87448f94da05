"""Lessons: worked numbers of what happens inside a network, from softmax to gradient descent."""
