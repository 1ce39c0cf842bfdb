"""What lives inside Rasa: the understanding (nlu) and the way Rasa is started (runtime)."""
