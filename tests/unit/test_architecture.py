"""Who may import what, read from the source, and nothing happens at import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = sorted([*ROOT.glob("aftersale/**/*.py"), *ROOT.glob("actions/**/*.py")])
BOT = sorted(ROOT.glob("bot/**/*.py"))
OURS = {"aftersale", "actions", "bot"}

# package: the only parts of the project it may import
INNER = {
    "aftersale/domain": {"aftersale.domain"},
    "aftersale/policy": {"aftersale.domain", "aftersale.policy"},
    "aftersale/services": {
        "aftersale.domain",
        "aftersale.policy",
        "aftersale.services",
        "aftersale.errors",
    },
}
# library: the only places that may import it
HOMES = {
    "sqlalchemy": ("aftersale/store/",),
    "alembic": ("aftersale/store/",),
    "psycopg": ("aftersale/store/",),
    "aiohttp": ("aftersale/gateway/", "aftersale/adapters/engine_http.py"),
    "rasa_sdk": ("actions/", "aftersale/gateway/action_endpoint.py"),
    "rasa": ("bot/",),
    "click": ("aftersale/cli/",),
    "rich": ("aftersale/cli/", "aftersale/demo/"),
    "PIL": ("aftersale/adapters/photos.py", "aftersale/adapters/faces.py"),
    "stripe": ("aftersale/adapters/payments_stripe.py",),
    "pydantic": ("aftersale/adapters/", "aftersale/gateway/", "aftersale/store/"),
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*package, *filter(None, [node.module])])


def imports(path: Path) -> set[str]:
    """Every module that the file imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(_absolute(node, path))
    return found


def _within(module: str, parents: set[str]) -> bool:
    return any(module == parent or module.startswith(parent + ".") for parent in parents)


@pytest.mark.parametrize("folder", INNER)
def test_the_core_imports_the_standard_library_and_the_core(folder):
    allowed = INNER[folder] | set(sys.stdlib_module_names)
    wrong = {
        _name(path): foreign
        for path in APP
        if _name(path).startswith(folder + "/")
        and (foreign := {name for name in imports(path) if not _within(name, allowed)})
    }
    assert not wrong


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library):
    homes = HOMES[library]
    strangers = [
        _name(path)
        for path in APP
        if not _name(path).startswith(homes) and _within_any(imports(path), library)
    ]
    assert not strangers


def _within_any(modules: set[str], parent: str) -> bool:
    return any(_within(module, {parent}) for module in modules)


def test_errors_import_the_domain_only():
    allowed = set(sys.stdlib_module_names) | {"aftersale.domain"}
    assert all(_within(name, allowed) for name in imports(ROOT / "aftersale/errors.py"))


def test_what_lives_inside_rasa_knows_nothing_of_the_app():
    wrong = [_name(path) for path in BOT if _within_any(imports(path), "aftersale")]
    wrong += [_name(path) for path in BOT if _within_any(imports(path), "actions")]
    assert not wrong


def test_the_app_never_imports_what_lives_inside_rasa():
    assert not [_name(path) for path in APP if _within_any(imports(path), "bot")]


def test_actions_reach_the_store_through_services_only():
    far = {"aftersale.store", "aftersale.adapters", "aftersale.bootstrap", "aftersale.cli"}
    wrong = {
        _name(path): bad
        for path in ROOT.glob("actions/*.py")
        if (bad := {name for name in imports(path) if _within(name, far)})
    }
    assert not wrong


def test_actions_are_flat():
    assert not list(ROOT.glob("actions/*/*.py"))


IMPORT_ALL = """
import importlib, sys
libraries, ours = sys.argv[1].split(","), sys.argv[2].split(",")
for name in libraries:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
FORBIDDEN = ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir")
CODE = (".py", ".pyc", ".so")
caught = []
def watch(event, args):
    if event in FORBIDDEN:
        caught.append((current, event, str(args)))
    elif event == "open" and isinstance(args[0], str) and not args[0].endswith(CODE):
        if "__pycache__" not in args[0]:
            caught.append((current, event, args[0]))
current = ""
sys.addaudithook(watch)
for current in ours:
    importlib.import_module(current)
if caught:
    sys.exit("\\n".join(map(str, caught)))
"""


def test_importing_a_module_opens_no_file_socket_or_database():
    paths = [path for path in APP if "migrations" not in path.parts]
    modules = [_name(path)[:-3].replace("/", ".").removesuffix(".__init__") for path in paths]
    libraries = {name for path in APP for name in imports(path) if name.split(".")[0] not in OURS}
    libraries.add("aiohttp.web")  # written `from aiohttp import web`; it reads the MIME types
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, ",".join(sorted(libraries)), ",".join(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_what_buyers_reach_knows_nothing_of_the_desk():
    # `serve` alone starts both; what they share lies beside the desk, not in it.
    outside = [path for path in ROOT.glob("aftersale/gateway/*.py") if path.name != "serve.py"]
    desk = "aftersale.gateway.desk"
    assert len(outside) > 20
    assert not [_name(path) for path in outside if _within_any(imports(path), desk)]
