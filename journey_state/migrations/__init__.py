"""Forward-only schema migrations for SQLite and PostgreSQL."""
