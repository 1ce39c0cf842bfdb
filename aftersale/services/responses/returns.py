"""What is said about returns, exchanges, requested refunds and where the money is."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
