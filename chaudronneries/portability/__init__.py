"""Taking all of one's data away, and leaving: a person, a structure."""
