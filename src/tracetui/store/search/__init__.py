"""Searching texts: an index built behind the writer, and answers that are always those of a full scan."""
