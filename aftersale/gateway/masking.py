"""Finds card numbers and credentials in what buyers type and takes them out. Pure.

Runs before anything is stored, logged or sent to the engine.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

CARD_MARK = "[card number hidden]"
SECRET_MARK = "[hidden]"  # noqa: S105 -- the mark itself, not a secret

# Digits with the separators people type between them. Capitals beside them are a tracking number;
# a word may stick to a card ("visa4111...").
RUN = re.compile(r"(?<![\dA-Z])\d(?:[ \u00a0\u3000.\-\u2010-\u2015\n]{0,3}\d){10,30}(?![\dA-Z])")
DIGITS = re.compile(r"\d")  # of any script: a card typed in full-width digits is a card
# The field's word, a connecting word or sign, then the value.
CREDENTIAL = re.compile(
    r"(?ix)\b(?P<word>pass\s?word|pass\s?code|passphrase|passwd|pwd|pin(?:\s?(?:code|number))?|"
    r"(?:one[\s-]time|security|verification)\s(?:code|password)|otp|api[\s_-]?key|secret)\b"
    r"(?P<link>\s*(?:is|was|=|:|->|to\slog\sin\sis)\s*[\"'\u2018\u201c]?)"
    r"(?P<value>[^\s\"'\u2019\u201d]{3,128})"
)
CVV = re.compile(
    r"(?ix)\b(?P<word>cvv2?|cvc2?|cvn|csc|card\s(?:security|verification)\s(?:code|number))\b"
    # White space stands in one place of each way through: searching stays quick whatever is sent.
    r"(?P<link>\s*(?:(?:number|code)\s*)?(?:(?:is|was|=|:)\s*)?)(?P<value>[0-9]{3,4})\b"
)
BARE_CVV = re.compile(r"(?<![0-9A-Za-z-])[0-9]{3,4}(?![0-9A-Za-z-])")
EXPIRY = re.compile(r"(?<![0-9])(?:0[1-9]|1[0-2])\s?/\s?(?:20)?[0-9]{2}(?![0-9])")
# "my password is wrong" and its like speak about a password without telling it.
NOT_VALUES = frozenset(
    re.findall(
        r"\w+",
        "wrong incorrect invalid not expired lost forgotten missing broken right correct required "
        "reset rejected changed working being never always still also the a an my too asked "
        "locked blocked stolen compromised unknown and but because where what when how it that "
        "this no",
    )
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]?")
# A code of ours that was just asked for is an answer, whatever the buyer calls it.
ASKS_CODE = re.compile(r"(?i)\bthe code\b")
OWN_CODE = re.compile(r"(?i)[0-9a-z]{3}[.\u2010-\u2015-]?[0-9a-z]{3}[.,!?]?")
ASKS_PASSWORD = re.compile(
    r"(?i)\bpass\s?(?:word|code)\b.*\?|"
    r"\b(?:enter|type|send|tell|give|share|provide|confirm)\b.*\bpass\s?(?:word|code)\b"
)
ASKS_NOTHING = re.compile(r"(?i)\b(?:never|not|don['\u2019]?t|cannot|can['\u2019]?t)\b")
PASSWORD_SHAPE = re.compile(r"(?=.*[0-9\W_])(?=.*[A-Za-z])[^\s]{6,64}")
TAIL = 80  # characters of an earlier message that can begin a card; bounds the search
LENGTHS = {"visa": (13, 16, 19), "maestro": tuple(range(12, 20))}


@dataclass(frozen=True, slots=True)
class MaskContext:
    """What may look like a card and is none, and what was said just before."""

    # Order and tracking numbers of this buyer; asked for only when something looks like a card.
    known_numbers: Callable[[], Collection[str]] = tuple
    previous: Sequence[str] = ()  # the buyer's last messages as stored, oldest first
    question: str = ""  # what the assistant or an agent said last


@dataclass(frozen=True, slots=True)
class Masked:
    """The text that may be kept, and the notices that tell the buyer what was hidden."""

    text: str
    notices: tuple[str, ...] = ()


def mask(text: str, context: MaskContext | None = None) -> Masked:
    """Replace card numbers and credentials.

    Example:
        >>> mask("it was 4111 1111 1111 1111").text
        'it was [card number hidden]'
    """
    context = context or MaskContext()
    is_known = _Known(context.known_numbers)
    without_cards = _mask_cards(_mask_split(text, context, is_known), is_known)
    has_card = without_cards != text
    near_card = has_card or any(CARD_MARK in said for said in context.previous[-1:])
    safe = _mask_secrets(without_cards, context, near_card=near_card)
    notices = [
        name
        for name, hit in (
            ("utter_hidden_card", has_card),
            ("utter_hidden_credential", safe != without_cards),
        )
        if hit
    ]
    return Masked(safe, tuple(notices))


class _Known:
    """Whether digits are a number the buyer may show; reads the numbers at most once."""

    def __init__(self, numbers: Callable[[], Collection[str]]) -> None:
        self._numbers = numbers
        self._digits: frozenset[str] | None = None

    def __call__(self, digits: str) -> bool:
        if self._digits is None:
            self._digits = frozenset(_digits(number) for number in self._numbers())
        return digits in self._digits


def _digits(text: str) -> str:
    return "".join(str(int(digit)) for digit in DIGITS.findall(text))


def _mask_cards(text: str, is_known: _Known) -> str:
    return RUN.sub(lambda run: _mask_run(run.group(), is_known), text)


def _mask_run(run: str, is_known: _Known) -> str:
    digits = _digits(run)
    if is_card(digits):
        return run if is_known(digits) else CARD_MARK
    # A card inside a longer run: an amount, a date or a CVV typed right before or after it.
    for start, end in _windows(run):
        inner = _digits(run[start:end])
        if is_card(inner) and not is_known(inner) and not is_known(digits):
            before, after = (_mask_cards(part, is_known) for part in (run[:start], run[end:]))
            return f"{before}{CARD_MARK}{after}"
    return run


def _windows(run: str) -> list[tuple[int, int]]:
    # Only whole groups: a window that cut a group in two would find "cards" in any long number.
    groups = [found.span() for found in re.finditer(r"\d+", run)]
    spans = [(first[0], last[1]) for i, first in enumerate(groups) for last in groups[i:]]
    return sorted(spans, key=lambda span: span[0] - span[1])


def _mask_split(text: str, context: MaskContext, is_known: _Known) -> str:
    """Hide the digits that complete a card number begun in the messages before."""
    lead = re.match(r"\D{0,20}?(\d(?:[ .\-]*\d)*)", text)
    if lead is None:
        return text
    own = _digits(lead.group(1))
    said = ""
    for earlier in reversed(context.previous[-3:]):
        tail = re.search(r"(\d(?:[ .\-]*\d)*)\D{0,3}$", earlier[-TAIL:])
        if tail is None:
            break
        said = _digits(tail.group(1)) + said
        if is_card(said + own) and not is_known(said) and not is_known(own):
            return text[: lead.start(1)] + CARD_MARK + text[lead.end(1) :]
        if not re.fullmatch(r"[\d .\-]+", earlier):
            break
    return text


def is_card(digits: str) -> bool:
    """Return whether digits have an issuer's prefix, its length and a right check digit."""
    return len(digits) in _lengths(digits) and len(set(digits)) > 1 and _luhn(digits)


def _lengths(digits: str) -> tuple[int, ...]:
    two, three, four = (int(digits[:n] or 0) for n in (2, 3, 4))
    if digits.startswith("4"):
        return LENGTHS["visa"]
    if 51 <= two <= 55 or 2221 <= four <= 2720:  # Mastercard
        return (16,)
    if two in {34, 37}:  # American Express
        return (15,)
    if two in {36, 38, 39} or 300 <= three <= 305:  # Diners
        return (14, 16, 19)
    if four == 6011 or two in {62, 65} or 644 <= three <= 649 or 3528 <= four <= 3589:
        return (16, 17, 18, 19)  # Discover, UnionPay, JCB
    # Maestro is told from parcel numbers by its own prefixes only.
    return LENGTHS["maestro"] if four in {5018, 5020, 5038, 6304, 6759, 6761, 6762, 6763} else ()


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _mask_secrets(text: str, context: MaskContext, *, near_card: bool) -> str:
    asked = bool(ASKS_CODE.search(context.question))
    safe = CREDENTIAL.sub(lambda said: _mask_credential(said, asked_code=asked), text)
    safe = CVV.sub(_mask_value, safe)
    if near_card:
        safe = _mask_near_card(safe)
    if _asks_password(context.question) and PASSWORD_SHAPE.fullmatch(safe):
        return SECRET_MARK
    return safe


def _asks_password(question: str) -> bool:
    """Whether a sentence asks for one; to say that it is never needed is not to ask for it."""
    sentences = SENTENCE.findall(question)
    return any(ASKS_PASSWORD.search(x) and not ASKS_NOTHING.search(x) for x in sentences)


def _mask_credential(found: re.Match[str], *, asked_code: bool) -> str:
    word = found.group("word").lower()
    is_answer = asked_code and word.startswith(("verif", "secur")) and word.endswith("code")
    if is_answer and OWN_CODE.fullmatch(found.group("value")):
        return found.group()
    return _mask_value(found)


def _mask_value(found: re.Match[str]) -> str:
    value = found.group("value")
    if value.strip(".,!?").lower() in NOT_VALUES or value == SECRET_MARK:
        return found.group()
    return f"{found.group('word')}{found.group('link')}{SECRET_MARK}"


def _mask_near_card(text: str) -> str:
    """Hide what goes with a card in the same breath: its expiry and its CVV."""
    return BARE_CVV.sub(SECRET_MARK, EXPIRY.sub(SECRET_MARK, text))
