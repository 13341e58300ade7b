"""A search service with FastAPI, written wrongly and rightly."""
