"""The way in: by the form, without a mouse, with a password manager, and back out again."""

from playwright.sync_api import expect


def fill(agent, password, code):
    agent.page.get_by_label("User name").fill(agent.user)
    agent.page.get_by_label("Password").fill(password)
    agent.page.get_by_label("Code").fill(code)
    agent.page.get_by_role("button", name="Sign in").click()


def test_the_form_lets_in_and_the_menu_lets_out(sit):
    agent = sit("ada", "/inbox/mine", signed_in=False)
    fill(agent, *agent.credentials)
    expect(agent.page.get_by_role("heading", name="My chats")).to_be_visible()
    assert agent.page.url.endswith("/desk/inbox/mine")  # where one wanted to go
    agent.page.get_by_role("button", name="Ada Byron").click()
    agent.page.get_by_role("menuitem", name="Sign out").click()
    expect(agent.page.get_by_role("heading", name="Sign in")).to_be_visible()
    agent.page.reload()
    expect(agent.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_refusal_says_nothing_of_what_was_wrong(sit):
    agent = sit("rita", signed_in=False)
    fill(agent, "not her password", "000000")
    told = agent.page.get_by_role("alert").filter(has_text="did not fit")
    expect(told).to_be_visible()
    expect(agent.page.get_by_label("Code")).to_be_focused()
    expect(agent.page.get_by_label("Password")).to_have_value("not her password")


def test_codes_may_be_pasted_with_a_space_and_what_is_missing_is_named(sit):
    agent = sit("rita", signed_in=False)
    fill(agent, "something", "123")
    expect(agent.page.get_by_text("The code has six digits.")).to_be_visible()
    fill(agent, "", "123 456")
    expect(agent.page.get_by_text("Please fill this in.")).to_be_visible()
    expect(agent.page.get_by_label("Password")).to_be_focused()


def test_password_managers_know_the_fields(sit):
    agent = sit("ann", signed_in=False)
    for label, purpose in (
        ("User name", "username"),
        ("Password", "current-password"),
        ("Code", "one-time-code"),
    ):
        expect(agent.page.get_by_label(label)).to_have_attribute("autocomplete", purpose)


def test_a_session_that_is_over_leads_to_the_form(sit):
    agent = sit("ann", "/settings")
    expect(agent.page.get_by_role("heading", name="Settings")).to_be_visible()
    agent.page.context.clear_cookies()
    agent.page.keyboard.press("3")  # all chats, unless the page has noticed by itself
    expect(agent.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_warning_comes_before_the_session_ends_for_want_of_anything_done(sit):
    agent = sit("ann", signed_in=False)
    agent.enter()

    def soon(route):
        told = route.fetch()
        route.fulfill(response=told, json=told.json() | {"idle_seconds": 122})

    agent.page.route("**/desk/api/me", soon)
    agent.go("/settings")
    expect(agent.dialog).to_contain_text("Are you still there?", timeout=20_000)
    agent.dialog.get_by_role("button", name="Stay signed in").click()
    expect(agent.dialog).to_have_count(0)
    expect(agent.page.get_by_role("heading", name="Settings")).to_be_visible()
