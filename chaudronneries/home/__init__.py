"""What stands at the root of the site: the public's home (`public`), and one's own place (`place`)."""
