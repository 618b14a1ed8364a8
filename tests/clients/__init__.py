"""Real clients, installed into an environment of their own, against a collector: `make test-clients`."""
