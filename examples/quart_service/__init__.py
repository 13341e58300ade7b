"""A search service with Quart, written wrongly and rightly."""
