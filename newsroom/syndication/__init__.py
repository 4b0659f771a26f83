"""Stories out, in the formats that others read: what comes back in from these is the same story."""
