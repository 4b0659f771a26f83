"""What news means: wire copy, stories, related, rendering, roles. The Desk is its face."""
