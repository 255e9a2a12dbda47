"""The servers on this machine: what each is, get, start, ready, stop."""
