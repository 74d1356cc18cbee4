"""What everybody may read without signing in: the map of facilities, as a page and as JSON."""
