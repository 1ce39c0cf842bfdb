"""`aftersale policy`: check, explain, diff, render."""

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from aftersale.cli import main, stored_order
from aftersale.errors import NotFound
from aftersale.policy.decision import Ask
from aftersale.policy.explain import explanation, next_change
from aftersale.policy.facts import Request
from tests.unit.policy.cases import JOINED, NOW, STOREFRONTS, facts, policies
from tests.unit.policy.test_orders import F, order, seller

FOLDER = ["--folder", str(STOREFRONTS)]


def run(*arguments: str):
    return CliRunner().invoke(main, ["policy", *arguments])


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"paid_at": "-1h", "placed_at": "-2h"}', "utf-8")
    return str(path)


def test_check_says_what_holds():
    result = run("check", *FOLDER)
    assert result.exit_code == 0
    assert "group-buy.yml: version 2026-01, " in result.output


def test_check_refuses_a_file_whose_example_fails(tmp_path):
    text = (STOREFRONTS / "helpdesk.yml").read_text("utf-8")
    (tmp_path / "helpdesk.yml").write_text(text.replace("next: ticket", "next: seller"), "utf-8")
    result = run("check", "--folder", str(tmp_path))
    assert result.exit_code == 1
    assert "examples: shipped: outcome should be 'handoff', is 'contact_only'" in result.stderr
    assert "[policy_invalid]" in result.stderr


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ('colour: "#ffcc00"', "widget.colour: has a contrast of 1.51 to a white page"),
        ('colour: "#1f4fd8", colour_text: "#777777"', "widget.colour_text: has a contrast of"),
        ("colour: blue", "widget.colour: is written as #1e4d43"),
    ],
)
def test_check_refuses_a_chat_that_nobody_could_read(tmp_path, look, told):
    text = (STOREFRONTS / "helpdesk.yml").read_text("utf-8")
    (tmp_path / "helpdesk.yml").write_text(text.replace('colour: "#1f4fd8"', look), "utf-8")
    result = run("check", "--folder", str(tmp_path))
    assert result.exit_code == 1
    assert told in result.stderr
    assert "[policy_invalid]" in result.stderr


def test_explain_shows_rules_facts_and_the_next_change(card):
    result = run(
        "explain", "--facts", card, "--storefront", "supplier-consent",
        "--now", "2026-11-10T12:00:00Z", *FOLDER,
    )  # fmt: skip
    assert result.exit_code == 0
    for told in (
        "decision     wait_until (card_gate), by buyer",
        "earliest     2026-11-11T11:00:00+00:00",
        "  deny   gate_is_open: card_gate  [R1.8, R1.9]",
        "  paid_at: 2026-11-10T11:00:00+00:00",
        "changes      2026-11-11T11:00:00+00:00 (in 23:00:00): send_request (consent_needed)",
    ):
        assert told in result.output


def test_explain_speaks_json(card):
    result = run(
        "explain", "--facts", card, "--storefront", "supplier-consent",
        "--now", "2026-11-10T12:00:00", "--json", *FOLDER,
    )  # fmt: skip
    told = json.loads(result.output)
    assert told["decision"]["reason_code"] == "card_gate"
    assert told["changes"]["code"] == "consent_needed"


def test_explain_says_when_nothing_changes_by_itself(card):
    result = run("explain", "--facts", card, "--storefront", "helpdesk", "--json", *FOLDER)
    assert json.loads(result.output)["changes"] is None
    result = run("explain", "--facts", card, "--storefront", "helpdesk", *FOLDER)
    assert "changes      not with time alone" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--storefront", "helpdesk"],
        ["--facts", "CARD"],
        ["--facts", "CARD", "--storefront", "nowhere"],
        ["--facts", "CARD", "--storefront", "helpdesk", "--order", "1"],
        ["--facts", "CARD", "--storefront", "helpdesk", "--now", "soon"],
        ["--facts", "WRONG", "--storefront", "helpdesk"],
        ["--facts", "LIST", "--storefront", "helpdesk"],
    ],
)
def test_wrong_usage_of_explain_exits_with_two(arguments, card, tmp_path):
    (tmp_path / "wrong").write_text("{", "utf-8")
    (tmp_path / "list").write_text("[]", "utf-8")
    files = {"CARD": card, "WRONG": str(tmp_path / "wrong"), "LIST": str(tmp_path / "list")}
    result = run("explain", *[files.get(a, a) for a in arguments], *FOLDER)
    assert result.exit_code == 2


def test_wrong_facts_are_told_by_name(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text('{"payd_at": "-1h"}', "utf-8")
    result = run("explain", "--facts", str(path), "--storefront", "helpdesk", *FOLDER)
    assert result.exit_code == 1
    assert "facts.payd_at: is not known; did you mean paid_at?" in result.stderr


def _store(placed):
    @contextmanager
    def uow():
        yield SimpleNamespace(
            orders=SimpleNamespace(find=lambda key, _n: placed if key == "status-gated" else None),
            parties=SimpleNamespace(
                seller=lambda _id: seller(),
                contacts=lambda *_: 0,
                first_contact=lambda *_: None,
                last_contact=lambda *_: None,
            ),
            seller_mail=SimpleNamespace(about_order=lambda *_: ()),
            cases=SimpleNamespace(of_buyer=lambda *_: ()),
            requests=SimpleNamespace(for_order=lambda _s, _n: ()),
        )

    return uow


def test_a_stored_order_is_explained_as_its_buyer_would_ask(monkeypatch):
    monkeypatch.setattr(stored_order, "_configured", lambda: _store(order(F.NONE)))
    result = run("explain", "--order", "SC-1", "--now", "2026-11-10T12:00:00Z", *FOLDER)
    assert "decision     do_now (status_allows), by buyer" in result.output


def test_an_order_without_a_seller_is_explained(monkeypatch):
    from dataclasses import replace

    placed = replace(order(F.NONE), seller_id=None)
    monkeypatch.setattr(stored_order, "_configured", lambda: _store(placed))
    result = run("explain", "--order", "SC-1", "--storefront", "status-gated", *FOLDER)
    assert result.exit_code == 0


def test_a_problem_is_explained_by_what_is_wrong(monkeypatch):
    monkeypatch.setattr(stored_order, "_configured", lambda: _store(order(F.SHIPPED)))
    said = ("--order", "SC-1", "--ask", "problem", "--issue", "damaged")
    result = run("explain", *said, "--storefront", "status-gated", *FOLDER)
    assert "(problem_seller), by seller" in result.output


def test_an_order_that_is_not_stored_is_refused():
    with pytest.raises(NotFound):
        stored_order.stored_facts("X-1", ["helpdesk"], _store(order(F.NONE)))


@pytest.fixture
def sooner(tmp_path):
    text = (STOREFRONTS / "supplier-consent.yml").read_text("utf-8")
    path = tmp_path / "supplier-consent.yml"
    path.write_text(text.replace("card: hard 24h", "card: hard 12h"), "utf-8")
    return path


def test_diff_names_the_knobs_and_the_decisions_that_change(sooner, tmp_path):
    replay = tmp_path / "past.jsonl"
    replay.write_text('{"paid_at": "-13h"}\n{"paid_at": "-30h"}\n', "utf-8")
    old = str(STOREFRONTS / "supplier-consent.yml")
    result = run("diff", old, str(sooner), "--replay", str(replay))
    assert "cancel.not_before.card: hard 24h -> hard 12h" in result.output
    assert "line 1: wait_until (card_gate) -> send_request (consent_needed)" in result.output
    assert "line 2" not in result.output
    told = json.loads(run("diff", old, str(sooner), "--json").output)
    assert told["knobs"] == [
        {"knob": "cancel.not_before.card", "old": "hard 24h", "new": "hard 12h"}
    ]
    assert {row["name"] for row in told["decisions"]} == {"one second before the gate opens"}


def test_a_policy_does_not_differ_from_itself():
    path = str(STOREFRONTS / "supplier-consent.yml")
    assert run("diff", path, path).output.startswith("0 of ")


def test_the_page_of_policies_is_what_render_writes(tmp_path):
    page = tmp_path / "policies.md"
    assert run("render", "--output", str(page), *FOLDER).exit_code == 0
    assert page.read_text("utf-8") == Path("docs/policies.md").read_text("utf-8")


def test_the_next_change_is_the_first_time_the_answer_is_another():
    known = facts("group-buy", **JOINED, campaign_ends_at="+2d", auth_expires_at="+1d")
    moment, later = next_change(policies()["group-buy"], known, Request(Ask.CANCEL), NOW)
    assert moment == known.auth_expires_at
    assert later.reason_code == "facts_contradict"


def test_an_explanation_without_a_zone_still_ends():
    naive = NOW.replace(tzinfo=None)
    known = facts("group-buy", **JOINED, campaign_ends_at="+2d")
    lines = list(explanation(policies()["group-buy"], known, Request(Ask.CANCEL), naive))
    assert lines[-1] == "changes      not with time alone"


def test_an_explanation_says_until_when():
    known = facts("group-buy", **JOINED, campaign_ends_at="+2d")
    lines = list(explanation(policies()["group-buy"], known, Request(Ask.CANCEL), NOW))
    assert "latest       2026-11-12T12:00:00+00:00" in lines
    assert "promises     release_asked" in lines
    assert (
        "changes      2026-11-12T12:00:00+00:00 (in 2 days, 0:00:00): review (campaign_over)"
        in lines
    )


def test_a_boundary_that_changes_nothing_is_no_change():
    known = facts("helpdesk", **JOINED, campaign_ends_at="+2d", order_buyer="another")
    assert next_change(policies()["helpdesk"], known, Request(Ask.CANCEL), NOW) is None
    lines = list(explanation(policies()["helpdesk"], known, Request(Ask.CANCEL), NOW))
    assert not [line for line in lines if line.startswith("also offers")]
