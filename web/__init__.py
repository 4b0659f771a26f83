"""HTTP in, HTTP out: the wire's door, Telegram's webhook, health and metrics."""
