"""How the tables came to be, step by step. `storage.migrate` runs them; there is no ini file."""
