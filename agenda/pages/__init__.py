"""What the pages of the agenda read, each module named after its page; views call them, templates are given them."""
