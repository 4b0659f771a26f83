"""The bot's own words: one gettext catalogue for each language."""
