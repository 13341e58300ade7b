"""What is asked of the server: the data, the mix of operations, and how long."""
