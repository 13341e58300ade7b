"""What the syntax of one function tells alone: its arguments, order, arms, and where it runs."""
