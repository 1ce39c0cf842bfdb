from tests.integration.gateway.conftest import (  # noqa: F401
    empty_database,
    knobs,
    make_world,
    policies,
    with_jobs,
    world,
)
