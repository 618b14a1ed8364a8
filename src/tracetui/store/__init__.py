"""The SQLite store: every line of SQL in the program."""
