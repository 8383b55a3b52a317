"""Staff pages: handoffs, transcripts, replies."""
