"""What is said with help articles, opening hours and ratings."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
