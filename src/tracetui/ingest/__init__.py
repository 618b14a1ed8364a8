"""Bytes in, records out. Knows the `Writer` protocol, not the store."""
