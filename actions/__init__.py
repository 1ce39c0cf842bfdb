"""Rasa custom actions: thin adapters from slots to one use case each. No wording, no rules."""
