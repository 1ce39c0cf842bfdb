"""How Rasa is started here: the same server, with each known fault handled. See docs/engine.md."""
