"""From records to messages: pure functions of a record, the reader's words and the instant."""
