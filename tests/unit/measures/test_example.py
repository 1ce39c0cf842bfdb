"""The example of docs/measures.md says what the product counts, and lists every number."""

import re
from zoneinfo import ZoneInfo

from aftersale.services.measures.gathering import gather
from aftersale.services.measures.numbers import Facts, Unit, numbers
from aftersale.services.measures.period import Period
from tests.unit.measures.logs import LATER, MEANINGS, ROOT, SHOP, read_log

DOC = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
DAY = Period.of("2026-11-02", "2026-11-02", today=LATER.date(), zone=ZoneInfo("UTC"))


def told():
    example = DOC.partition("## An example")[2]
    rows = re.findall(r"^\| (\w+) \| ([\d-]+)(?: s)? \| (\d+) \|$", example, re.M)
    return {name: (None if value == "-" else float(value), int(of)) for name, value, of in rows}


def counted(number):
    part = number.part if number.unit is Unit.SHARE and number.whole else number.value
    return (part if part is None else float(part), number.whole)


def test_the_example_is_counted_as_it_is_told():
    log = re.search(r"```text\n(.*?)```", DOC, re.S).group(1)
    facts = gather(read_log(log), MEANINGS, DAY, (SHOP,), now=LATER).facts
    assert {name: counted(number) for name, number in numbers(facts).items()} == told()


def test_every_number_is_defined():
    definitions = DOC.partition("## An example")[0]
    assert all(f"`{name}`" in definitions for name in numbers(Facts()))


def test_where_nothing_happened_there_is_no_number():
    shares = [n for n in numbers(Facts()).values() if n.unit is not Unit.COUNT]
    assert all(number.value is None and number.whole == 0 for number in shares)
