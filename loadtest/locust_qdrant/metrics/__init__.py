"""What was measured: records, what they add up to, and what they were made with."""
