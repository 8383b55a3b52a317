"""The website channel: HTTP API, stream and widget."""
