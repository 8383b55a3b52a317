"""`donghanh telegram`."""

from __future__ import annotations

import asyncio

from rich.console import Console

from bot.channels.telegram.check import examine
from bot.settings import load_settings
from journey_state.store import utc_now


def check() -> int:
    """Print what works and what does not, with the remedy; returns 1 when something does not."""
    out = Console()
    findings = asyncio.run(examine(load_settings(), utc_now()))
    for finding in findings:
        lines = [f"✓ {finding.what}"] if finding.is_ok else [f"✗ {finding.what}", f"  → {finding.remedy}"]
        for line in lines:
            out.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0 if all(finding.is_ok for finding in findings) else 1
