"""From domain values to text and cells. Nothing here knows Textual or SQL."""
