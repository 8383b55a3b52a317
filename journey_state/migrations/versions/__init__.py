"""One file a schema change, applied in order."""
