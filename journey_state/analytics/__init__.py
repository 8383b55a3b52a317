"""Read-only questions over consented rows, answered as dataclasses."""
