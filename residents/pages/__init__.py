"""What each page reads, put together in a module named after it."""
