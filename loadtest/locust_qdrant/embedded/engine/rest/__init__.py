"""What REST has of its own: routes, bodies and their mistakes, JSON."""
