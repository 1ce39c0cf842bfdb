"""What is said about passwords, guests, secure links and orders that cannot be placed."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
