"""The real Matrix server."""

from tests.matrix_server import synapse as synapse
