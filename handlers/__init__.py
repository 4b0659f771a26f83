"""Chat in, chat out: an Update, one call on the Desk, one reply."""
