"""Contrast of two colours as WCAG 2.2 counts it, and the text colour that reads best. Pure."""

# Of pure white and black, one reads on any colour; with a softer ink that would not be so.
WHITE, INK = "#ffffff", "#000000"
TEXT, CONTROLS = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for what is no text


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours written as #rrggbb, from 1 to 21.

    Example:
        >>> contrast("#ffffff", "#000000")
        21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(colour: str) -> str:
    """Return white or ink, whichever reads better on the colour."""
    return max((WHITE, INK), key=lambda text: contrast(text, colour))


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (_linear(part) for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
