"""Settings from file, environment and flags. Read by `cli` alone, which passes values on."""
