"""Rasa components: each a shell around a pure function; none reads or writes a pickle."""
