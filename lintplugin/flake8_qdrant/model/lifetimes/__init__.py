"""Where clients and event loops come from, how long they live, and how they meet."""
