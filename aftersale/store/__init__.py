"""The order store: tables, repositories, unit of work, migrations, importer. All SQL is here."""
