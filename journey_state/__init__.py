"""The domain: contacts, conversations, stages and touchpoints; imports no framework of the bot."""
