"""Channels: one folder each; none imports another."""
