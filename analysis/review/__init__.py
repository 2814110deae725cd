"""What a person looks at and decides: the reading, the open questions, the answers as data."""
