"""Keep deprecations inside Rasa's own dependencies off the terminal: who runs Đồng Hành cannot mend them."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # Sanic, which Rasa imports, switches all deprecation warnings of the process on. Leaving this block undoes it.
    import sanic.app  # noqa: F401


def ignore_old_deprecations() -> None:
    """Ignore what Rasa 3.6 does that SQLAlchemy 1.4 always complains of; call before Rasa is imported."""
    warnings.filterwarnings("ignore", "Deprecated API features detected", DeprecationWarning)
