"""The roof: settings, wiring, clock, command line. It alone sees every room."""
