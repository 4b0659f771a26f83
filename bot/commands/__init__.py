"""One file a command: what it does, and what it tells the operator."""
