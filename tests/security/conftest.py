from tests.integration.conftest import empty_database  # noqa: F401
from tests.integration.gateway.conftest import (  # noqa: F401
    knobs,
    make_world,
    policies,
    with_jobs,
    world,
)
