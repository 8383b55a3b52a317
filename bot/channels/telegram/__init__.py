"""The Telegram channel: updates in, deliveries out."""
