"""The words: what the program says, in Bahasa Indonesia and English."""
