"""Alembic's environment and the migrations, inside the package so that they travel with it."""
