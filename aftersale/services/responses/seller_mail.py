"""What is said when sellers are written to and answer, and what is written to them."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
