"""Custom actions: one file a noun, talking about what journey_state decides."""
