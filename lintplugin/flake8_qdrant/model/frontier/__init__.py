"""Which files of a project can have a finding, found by following values from file to file."""
