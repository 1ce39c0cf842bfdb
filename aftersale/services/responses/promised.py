"""What is said about promises, launch controls and money that moves by itself."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
