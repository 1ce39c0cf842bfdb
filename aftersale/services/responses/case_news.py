"""What is said about cases: status, information asked for, decisions, escalation."""

RESPONSES: dict[str, tuple[str, ...]] = {}

CHOICES: tuple[str, ...] = ()
