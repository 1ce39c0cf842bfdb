"""A conversation's way to a person and back."""
