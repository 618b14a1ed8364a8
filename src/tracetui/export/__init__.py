"""Traces to files: what a row looks like, what a file is called, and how it comes to be whole or not at all."""
