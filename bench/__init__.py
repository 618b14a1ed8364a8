"""Measurements of the goals Q1 to Q13 of the specification; `python -m bench` prints them beside their goals."""
