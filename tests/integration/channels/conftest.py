from tests.matrix_server import synapse

__all__ = ["synapse"]
