"""Wrong input of an operator, with every problem; the tree is drawn in `aftersale.errors`."""

from collections.abc import Sequence

from aftersale.domain.errors import AftersaleError


class _ManyProblems(AftersaleError):
    """An operator's input with every problem listed, so that one round of repair is enough."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class SettingsInvalid(_ManyProblems):
    """Settings are missing, unknown or wrong."""

    code = "settings_invalid"


class PolicyInvalid(_ManyProblems):
    """Policy files are wrong; each problem starts with its path."""

    code = "policy_invalid"


class ImportInvalid(_ManyProblems):
    """An import file is wrong; each problem names line and field. Nothing was imported."""

    code = "import_invalid"


class ArticlesInvalid(_ManyProblems):
    """Help articles are wrong; each problem names file and field. None was taken."""

    code = "articles_invalid"
