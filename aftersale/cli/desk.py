"""`aftersale desk`: who may sign in at the desk."""

from pathlib import Path

import click
import segno

from aftersale.adapters.faces import FaceFolder
from aftersale.bootstrap_desk import desk_users_of
from aftersale.cli.opened import present, settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.desk import DeskAccount, DeskUser, Role
from aftersale.services.desk.users import DeskUsers, SetUp
from aftersale.settings import Settings

PICTURE = click.Path(exists=True, dir_okay=False, path_type=Path)
ROLES = click.Choice([role.value for role in Role])


@click.group(epilog="Example: aftersale desk list-users")
def desk() -> None:
    """Say who may sign in at the desk."""


def _users(given: Settings) -> DeskUsers:
    return desk_users_of(given, store(given))


def _face(given: Settings, name: str, picture: Path | None) -> str:
    faces = FaceFolder(given.data_dir / "faces")
    return faces.take(picture.read_bytes()) if picture else faces.draw(name)


def _typed(wanted: bool) -> str | None:
    if not wanted:
        return None
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


@desk.command(
    "add-user",
    epilog='Example: aftersale desk add-user kim --role agent --name "Kim Park" '
    "--email kim@shop.example",
)
@click.argument("user")
@click.option("--role", type=ROLES, required=True, help="What they may do.")
@click.option("--name", required=True, help="What buyers and colleagues read.")
@click.option("--email", required=True, help="Where news of the desk go.")
@click.option("--storefront", type=STOREFRONTS, multiple=True, help="Only these; else all.")
@click.option("--language", multiple=True, help="Language code they write in, like de.")
@click.option("--team", help="Their team, for transfers.")
@click.option("--picture", type=PICTURE, help="Photo that buyers see; else two letters.")
@click.option("--ask-password", is_flag=True, help="Type a password instead of a made-up one.")
def add_user(
    *,
    user: str,
    role: str,
    name: str,
    email: str,
    storefront: tuple[str, ...],
    language: tuple[str, ...],
    team: str | None,
    picture: Path | None,
    ask_password: bool,
) -> None:
    """Make a user; what they need to sign in is told once."""
    given = settings()
    face = _face(given, name, picture)
    who = DeskUser(user.lower(), name, Role(role), storefront, language, team, face)
    password = _typed(ask_password)
    told = _users(given).add(who, email=email, now=present(given), password=password)
    _tell(told, given, typed=ask_password)


@desk.command("list-users", epilog="Example: aftersale desk list-users")
def list_users() -> None:
    """List everybody, also who is disabled."""
    with store(settings())() as uow:
        accounts = uow.desk.accounts()
    for account in accounts:
        click.echo(_line(account))
    click.echo(f"{len(accounts)} users")


def _line(account: DeskAccount) -> str:
    who = account.who
    about = [who.role.value, ", ".join(who.storefronts) or "all storefronts"]
    about += [f"team {who.team}"] if who.team else []
    about += ["demo"] if account.is_demo else []
    about += [f"disabled {account.disabled_at:%Y-%m-%d}"] if account.disabled_at else []
    return f"{who.user:16}{who.name}: {'; '.join(about)}"


@desk.command("change-user", epilog="Example: aftersale desk change-user rita --role supervisor")
@click.argument("user")
@click.option("--role", type=ROLES, help="What they may do.")
@click.option("--name", help="What buyers and colleagues read.")
@click.option("--storefront", type=STOREFRONTS, multiple=True, help="Only these from now on.")
@click.option("--all-storefronts", is_flag=True, help="All storefronts from now on.")
@click.option("--language", multiple=True, help="Language codes from now on.")
@click.option("--team", help="Their team.")
@click.option("--picture", type=PICTURE, help="Photo that buyers see.")
def change_user(
    *,
    user: str,
    role: str | None,
    name: str | None,
    storefront: tuple[str, ...],
    all_storefronts: bool,
    language: tuple[str, ...],
    team: str | None,
    picture: Path | None,
) -> None:
    """Change a user; whoever is signed in has to sign in again."""
    given = settings()
    wanted = {
        "role": Role(role) if role else None,
        "name": name,
        "storefronts": () if all_storefronts else storefront or None,
        "languages": language or None,
        "team": team,
        "picture": _face(given, "", picture) if picture else None,
    }
    changes = {key: value for key, value in wanted.items() if value is not None}
    if not changes:
        raise click.UsageError("Name what is to change.")
    who = _users(given).change(user, now=present(given), **changes)
    click.echo(f"{who.user} is changed and has to sign in again.")


@desk.command("disable-user", epilog="Example: aftersale desk disable-user sam")
@click.argument("user")
def disable_user(*, user: str) -> None:
    """Let a user in no more, at once."""
    given = settings()
    ended = _users(given).disable(user, now=present(given))
    click.echo(f"{user} is disabled; sessions that ended: {ended}.")


@desk.command("reset-user", epilog="Example: aftersale desk reset-user ann")
@click.argument("user")
@click.option("--ask-password", is_flag=True, help="Type a password instead of a made-up one.")
def reset_user(*, user: str, ask_password: bool) -> None:
    """Give a user a new password and new codes; who was disabled is let in again."""
    given = settings()
    told = _users(given).reset(user, now=present(given), password=_typed(ask_password))
    _tell(told, given, typed=ask_password)


@desk.command("code", epilog="Example: aftersale desk code ann")
@click.argument("user")
def code(*, user: str) -> None:
    """Print a code that signs a user of the demo in now; nobody else's is ever shown."""
    given = settings()
    demo_only = given.mode != "test"
    click.echo(_users(given).code(user, now=present(given), demo_only=demo_only))


def _tell(told: SetUp, given: Settings, *, typed: bool) -> None:
    """Print what is told once; the terminal is the only place where it is ever shown."""
    click.echo(f"{told.who.name} signs in at {given.desk_base_url}/desk as {told.who.user}.")
    if not typed:
        click.echo(f"Password: {told.password}")
    click.echo(f"Code secret: {told.secret}")
    click.echo(f"Authenticator: {told.address}")
    segno.make(told.address, error="l").terminal(compact=True)
    click.echo("None of this can be shown again. aftersale desk reset-user makes it anew.")
