"""The policy files: their examples hold, and a wrong one is refused with every mistake by path."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from aftersale.adapters.policies import (
    facts_from_json,
    failed_examples,
    load_policies,
    load_versions,
    read_file,
    read_files,
)
from aftersale.adapters.policy_docs import rendered
from aftersale.adapters.policy_shape import ShapeInvalid
from aftersale.domain.storefronts import Storefront
from aftersale.errors import PolicyInvalid
from aftersale.policy.codes import REASON_CODES
from aftersale.policy.decision import Ask
from aftersale.policy.labels import Status
from aftersale.policy.limits import Limit, LimitKind
from aftersale.policy.mistakes import mistakes
from aftersale.policy.problem_knobs import LaunchMode
from aftersale.policy.versions import policy_at
from tests.unit.policy.cases import NOW, STOREFRONTS, policy

FILES = read_files(STOREFRONTS)
EXAMPLES = [
    pytest.param(file, example, id=f"{file.policy.storefront}: {example.name}")
    for file in FILES
    for example in file.examples
]
ROOT = STOREFRONTS.parent


@pytest.mark.parametrize(("file", "example"), EXAMPLES)
def test_the_examples_of_the_files_hold(file, example):
    prefix = f"{file.path.name}: examples: {example.name}:"
    assert not [line for line in failed_examples(file) if line.startswith(prefix)]


def test_every_storefront_has_a_policy():
    assert set(load_policies(STOREFRONTS)) == {storefront.value for storefront in Storefront}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.policy.storefront)
def test_examples_have_names_of_their_own(file):
    names = [example.name for example in file.examples]
    assert len(names) == len(set(names))


def test_the_documentation_of_the_policies_is_current():
    written = (ROOT / "docs" / "policies.md").read_text("utf-8")
    assert written == rendered(FILES), "run `aftersale policy render`"


def test_the_documentation_names_every_code():
    page = rendered(FILES)
    assert all(f"| `{code}` |" in page for code in REASON_CODES)


def _changed(tmp_path: Path, change, name="supplier-consent") -> list[str]:
    data = yaml.safe_load((STOREFRONTS / f"{name}.yml").read_text("utf-8"))
    change(data)
    path = tmp_path / f"{name}.yml"
    path.write_text(yaml.safe_dump(data), "utf-8")
    with pytest.raises(PolicyInvalid) as wrong:
        read_file(path)
    return list(wrong.value.problems)


WRONG = {
    "an unknown knob": (
        lambda d: d["cancel"].update(cutof="shipped"),
        "supplier-consent.yml: cancel.cutof: is not known; did you mean cutoff?",
    ),
    "an unknown group": (
        lambda d: d.update(zzz={}),
        "supplier-consent.yml: zzz: is not known; known here: ",
    ),
    "a wrong word": (
        lambda d: d["cancel"].update(actor="nobody"),
        "supplier-consent.yml: cancel.actor: input should be 'seller', 'request_with_consent'",
    ),
    "a wrong limit": (
        lambda d: d["cancel"]["not_before"].update(card="a day"),
        'supplier-consent.yml: cancel.not_before.card: write a limit as "hard 24h"',
    ),
    "a soft limit where it decides": (
        lambda d: d["cancel"]["not_before"].update(card="soft 24h"),
        "supplier-consent.yml: cancel.not_before.card: decides, so it must be hard, not soft",
    ),
    "a way of paying that does not exist": (
        lambda d: d["cancel"]["not_before"].update(cheque="hard 24h"),
        "supplier-consent.yml: cancel.not_before.cheque: input should be 'card'",
    ),
    "a missing knob": (
        lambda d: d.pop("party"),
        "supplier-consent.yml: party: is missing",
    ),
    "a missing label": (
        lambda d: d["labels"].pop("shipped"),
        "supplier-consent.yml: labels.shipped: is missing: every status needs",
    ),
    "an empty label": (
        lambda d: d["labels"].update(shipped=" "),
        "supplier-consent.yml: labels.shipped: is missing",
    ),
    "no cut-off": (
        lambda d: d["cancel"].pop("cutoff"),
        "supplier-consent.yml: cancel.cutoff: is needed when cancel.actor is request_with_consent",
    ),
    "no way for an unpaid order to end": (
        lambda d: d["unpaid"].pop("auto_after"),
        "supplier-consent.yml: unpaid.auto_after: is needed when unpaid.manual is false",
    ),
    "no time for the supplier": (
        lambda d: d.pop("consent_within"),
        "supplier-consent.yml: consent_within: is needed when cancel.actor is",
    ),
    "kinds of an authorised order": (
        lambda d: d.update(authorised={"until": "campaign_end"}),
        "supplier-consent.yml: authorised.kinds: names the order kinds",
    ),
    "a currency": (
        lambda d: d.update(currency="dollars"),
        "supplier-consent.yml: currency: is a three-letter code",
    ),
    "a negative window": (
        lambda d: d.update(undo_window=-1),
        "supplier-consent.yml: undo_window: is in seconds and cannot be negative",
    ),
    "a start without a zone": (
        lambda d: d.update(effective_from=datetime(2026, 1, 1)),  # noqa: DTZ001
        "supplier-consent.yml: effective_from: needs a time zone",
    ),
    "a code that does not exist": (
        lambda d: d["requirements"].update(nope=["R1.1"]),
        "supplier-consent.yml: requirements.nope: is no reason code",
    ),
    "an id that does not exist": (
        lambda d: d["requirements"].update(shipped=["R9.1"]),
        "supplier-consent.yml: requirements.shipped: R9.1 is no requirement id",
    ),
    "another storefront": (
        lambda d: d.update(storefront="helpdesk"),
        "supplier-consent.yml: storefront: is helpdesk, so the file's name must begin with it",
    ),
    "hours": (
        lambda d: d.update(hours={"timezone": "Mars/Base", "week": {"moon": "9 to 5"}}),
        "supplier-consent.yml: hours.timezone: Mars/Base is no time zone",
    ),
    "a day": (
        lambda d: d.update(hours={"timezone": "UTC", "week": {"moon": "09:00-17:00"}}),
        "supplier-consent.yml: hours.week.moon: is no day; days are mon",
    ),
    "opening times": (
        lambda d: d.update(hours={"timezone": "UTC", "week": {"mon": "9 to 5"}}),
        'supplier-consent.yml: hours.week.mon: is written as "09:00-18:00"',
    ),
    "examples that are no list": (
        lambda d: d.update(examples={"a": 1}),
        "supplier-consent.yml: examples: is a list of examples",
    ),
    "an example that is no mapping": (
        lambda d: d.update(examples=["x"]),
        "supplier-consent.yml: examples.0.name: an example has name, given and expect",
    ),
    "an unknown fact": (
        lambda d: d["examples"][0].update(given={"payd_at": "-1h"}),
        "supplier-consent.yml: examples.0.payd_at: is not known; did you mean paid_at?",
    ),
    "an unknown expectation": (
        lambda d: d["examples"][0].update(expect={"outcom": "refuse"}),
        "supplier-consent.yml: examples.0.expect.outcom: is not known; did you mean outcome?",
    ),
    "an example that expects nothing": (
        lambda d: d["examples"][0].update(expect={}),
        "supplier-consent.yml: examples.0.name: name and expect are needed",
    ),
    "an unknown part of an example": (
        lambda d: d["examples"][0].update(givn={}),
        "supplier-consent.yml: examples.0.givn: is not known; did you mean given?",
    ),
    "an unknown wish": (
        lambda d: d["examples"][0].update(ask="dance"),
        "supplier-consent.yml: examples.0.ask: input should be 'cancel'",
    ),
}


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_by_its_path(tmp_path, change, told):
    problems = _changed(tmp_path, change)
    assert [p for p in problems if p.startswith(told)], problems


def test_all_mistakes_are_told_at_once(tmp_path):
    def change(data):
        data["cancel"].update(cutof="x", actor="nobody")
        data["cancel"]["not_before"]["card"] = "a day"
        data.pop("party")
        data["examples"][0]["given"] = {"payed_at": "-1h", "order_state": "odd"}
        data["examples"][1]["expect"] = {"outcom": "refuse"}

    told = "\n".join(_changed(tmp_path, change))
    for path in (
        "cancel.cutof",
        "cancel.actor",
        "cancel.not_before.card",
        "party",
        "examples.0.payed_at",
        "examples.0.order_state",
        "examples.1.expect.outcom",
    ):
        assert f"supplier-consent.yml: {path}: " in told


def test_the_mistakes_of_every_file_are_told(tmp_path):
    for name in ("helpdesk", "group-buy"):
        (tmp_path / f"{name}.yml").write_text("version: 1\n", "utf-8")
    with pytest.raises(PolicyInvalid) as wrong:
        load_policies(tmp_path)
    assert {problem.split(":")[0] for problem in wrong.value.problems} == {
        "helpdesk.yml",
        "group-buy.yml",
    }
    assert wrong.value.code == "policy_invalid"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: [", "helpdesk.yml: line 2: "),
        ("- a\n", "helpdesk.yml: the file: is not a mapping of knobs"),
        ("", "helpdesk.yml: the file: is not a mapping of knobs"),
        ("party: a\nparty: b\n", "helpdesk.yml: line 2: party is written twice"),
        ("a: \x00", "helpdesk.yml: the file: is not YAML"),
        ("[a]: 1\n", "helpdesk.yml: line 1: "),
        ("1: a\n", "helpdesk.yml: 1: is not known"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, text, told):
    (tmp_path / "helpdesk.yml").write_text(text, "utf-8")
    with pytest.raises(PolicyInvalid) as wrong:
        load_policies(tmp_path)
    assert wrong.value.problems[0].startswith(told)


def test_a_file_that_is_not_text_is_told(tmp_path):
    (tmp_path / "helpdesk.yml").write_bytes(b"party: \xff\xfe\n")
    with pytest.raises(PolicyInvalid, match="the file: is not YAML"):
        load_policies(tmp_path)


def test_an_empty_folder_is_no_set_of_policies(tmp_path):
    with pytest.raises(PolicyInvalid, match="holds no policy file"):
        load_policies(tmp_path)


def test_an_example_that_fails_is_named(tmp_path):
    text = (STOREFRONTS / "status-gated.yml").read_text("utf-8")
    path = tmp_path / "status-gated.yml"
    path.write_text(text.replace("cutoff: shipped", "cutoff: delivered"), "utf-8")
    failed = failed_examples(read_file(path))
    assert "status-gated.yml: examples: shipped: outcome should be 'refuse', is 'do_now'" in failed


def _version(folder: Path, name: str, since: str, **more) -> None:
    data = yaml.safe_load((STOREFRONTS / "helpdesk.yml").read_text("utf-8"))
    data.update(version=name, effective_from=datetime.fromisoformat(since), **more)
    (folder / f"helpdesk.{name}.yml").write_text(yaml.safe_dump(data), "utf-8")


def test_the_version_in_force_at_the_request_counts(tmp_path):
    _version(tmp_path, "one", "2026-01-01T00:00:00+00:00")
    _version(tmp_path, "two", "2026-06-01T00:00:00+00:00")
    versions = load_versions(tmp_path)["helpdesk"]
    june = datetime(2026, 6, 1, tzinfo=UTC)
    before = datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)
    assert policy_at(versions, now=june).version == "two"
    assert policy_at(versions, now=before).version == "one"
    assert policy_at(versions, now=june, placed_at=before).version == "two"
    assert load_policies(tmp_path, before)["helpdesk"].version == "one"
    assert load_policies(tmp_path)["helpdesk"].version == "two"


def test_the_order_date_counts_where_the_knob_says_so(tmp_path):
    _version(tmp_path, "one", "2026-01-01T00:00:00+00:00")
    _version(tmp_path, "two", "2026-06-01T00:00:00+00:00", version_date="order")
    versions = load_versions(tmp_path)["helpdesk"]
    july, march = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    ancient = datetime(2020, 1, 1, tzinfo=UTC)
    assert policy_at(versions, now=july, placed_at=march).version == "one"
    assert policy_at(versions, now=july, placed_at=july).version == "two"
    assert policy_at(versions, now=july, placed_at=ancient).version == "one"
    assert policy_at(versions, now=july).version == "two"


def test_two_versions_cannot_begin_at_once(tmp_path):
    _version(tmp_path, "one", "2026-01-01T00:00:00+00:00")
    _version(tmp_path, "two", "2026-01-01T00:00:00+00:00")
    with pytest.raises(PolicyInvalid, match="effective_from: is also that of helpdesk"):
        load_versions(tmp_path)


def test_statuses_can_be_told_apart_in_every_storefront():
    for rules in load_policies(STOREFRONTS).values():
        assert set(rules.labels) == set(Status)


def test_lines_may_be_written_in_full():
    full = [{"line_id": "a", "fulfilment": "shipped", "cancelled": True}]
    facts = facts_from_json({"lines": full}, storefront="helpdesk", now=NOW)
    assert facts.lines[0].cancelled
    with pytest.raises(ShapeInvalid):
        facts_from_json({"lines": "all"}, storefront="helpdesk", now=NOW)


def test_a_limit_cannot_be_negative():
    rules = policy("supplier-consent", consent_within=Limit(timedelta(-1), LimitKind.TARGET))
    assert list(mistakes(rules)) == [("consent_within", "cannot be negative")]


@pytest.mark.parametrize("mode", [LaunchMode.APPROVE, LaunchMode.OFF])
def test_a_review_by_a_person_is_held_back_for_no_other_person(mode):
    rules = policy("helpdesk", launch__actions={Ask.ESCALATE: mode})
    ((path, why),) = mistakes(rules)
    assert path == "launch.actions.escalate"
    assert "by a person in any case" in why
    others = dict.fromkeys(set(Ask) - {Ask.ESCALATE}, mode) | {Ask.ESCALATE: LaunchMode.ON}
    assert not list(mistakes(policy("helpdesk", launch__actions=others)))
