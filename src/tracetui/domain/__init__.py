"""What the program is about, in plain values: no IO, no clock, no locale, standard library only."""
