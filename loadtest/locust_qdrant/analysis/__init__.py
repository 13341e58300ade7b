"""What figures of several runs mean together: laws, intervals and searches, all of them pure."""
