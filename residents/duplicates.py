"""Terms that may say the same thing: how they are found, and the words for why."""
