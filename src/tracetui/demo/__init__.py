"""A made-up but lifelike account, the same for the same seed and the same now."""
