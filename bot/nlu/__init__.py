"""Rasa components that understand a message: language, entities, intent, choice, stage."""
