"""What is said when something did not arrive, or arrived wrong: the problem flow."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
