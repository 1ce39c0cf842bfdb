"""The HTTP side: sessions, conversations, the action endpoint, health."""
