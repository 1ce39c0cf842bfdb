"""The error tree: every class has a code of its own and is drawn in the docstring."""

import inspect

from aftersale import errors
from aftersale.domain.errors import AftersaleError


def classes():
    return [
        value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, AftersaleError) and name[0] != "_"
    ]


def test_every_error_is_exported_drawn_and_has_its_own_code():
    assert {each.__name__ for each in classes()} == set(errors.__all__)
    codes = [each.code for each in classes()]
    assert len(codes) == len(set(codes))
    for each in classes():
        assert f"{each.__name__} ({each.code})" in errors.__doc__


def test_problems_of_an_operator_are_all_listed():
    error = errors.PolicyInvalid(["a: wrong", "b: missing"])
    assert error.problems == ("a: wrong", "b: missing")
    assert error.detail == "a: wrong\nb: missing"
