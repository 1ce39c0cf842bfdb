"""Size budgets: a long function or module marks a missing noun."""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("aftersale", "actions", "bot", "bench")
FUNCTION_LINES, MEDIAN_LINES = 40, 10
MODULE_LINES, MODULE_GOAL = 400, 300
POSITIONAL = 4


def _files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py"))


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def _positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in ("self", "cls")])


def _at(path: Path, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_no_function_is_longer_than_forty_lines(folder):
    # A migration lists tables, one statement after another: nothing in it could be named better.
    long = [
        f"{_at(path, function)}: {_lines(function)}"
        for path in _files(folder)
        if "migrations" not in path.parts
        for function in _functions(path)
        if _lines(function) > FUNCTION_LINES
    ]
    assert not long


def test_the_median_function_is_short():
    lengths = [_lines(function) for path in _files(*PRODUCT) for function in _functions(path)]
    assert median(lengths) <= MEDIAN_LINES


def _module_lines() -> dict[str, int]:
    return {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in _files(*PRODUCT, "tests")
        if "migrations" not in path.parts
    }


def test_no_module_is_longer_than_four_hundred_lines():
    assert not {name: lines for name, lines in _module_lines().items() if lines > MODULE_LINES}


def test_nearly_every_module_stays_under_three_hundred_lines():
    modules = _module_lines()
    over = [name for name, lines in modules.items() if lines > MODULE_GOAL]
    assert len(over) <= len(modules) // 20, over


# Not bot/: Rasa calls what stands there with positional parameters of its own choice.
@pytest.mark.parametrize("folder", [folder for folder in PRODUCT if folder != "bot"])
def test_no_function_takes_more_than_four_positional_parameters(folder):
    wide = [
        f"{_at(path, function)}: {_positional(function)}"
        for path in _files(folder)
        for function in _functions(path)
        if _positional(function) > POSITIONAL
    ]
    assert not wide
