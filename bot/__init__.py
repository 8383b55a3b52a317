"""The assistant's outer rooms: command line, server, channels, console and the engine's wiring."""
