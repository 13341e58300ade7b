"""Several stretches of traffic whose figures answer one question: sweep, compare, capacity."""
