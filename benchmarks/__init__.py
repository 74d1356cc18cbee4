"""`make bench`: ours beside stock Rasa on the same machine, in one run.  Loopback only."""
