"""What is probable in a language: sequences of characters, words, and the characters of both."""
