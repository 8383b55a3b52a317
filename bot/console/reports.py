"""Reports on the desk, as a page and as CSV.

The pictures are bars of inline SVG: they are drawn on the server, work without scripts and under the console's strict policy.
Plotly's script weighs more than four megabytes and wants styles of its own, which this policy refuses; for four bars it does not pay.
"""

from __future__ import annotations

import csv
from dataclasses import asdict
from datetime import timedelta
from io import StringIO
from typing import Any

from starlette.responses import Response

from bot.console.pages import format_length, page
from bot.console.visits import Visit
from bot.console.words import label
from journey_state.audits import Deed, append_deed
from journey_state.desk_reports import GROUPINGS, ReportLine, group_facts, measure_bot, read_handoff_facts, sum_up
from journey_state.handoff_reviews import measure_containment

SPANS = (7, 30, 90)
# Spreadsheets run a cell that begins like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show_reports(visit: Visit) -> Response:
    """All measures of a span, grouped one way."""
    by, days = _asked(visit)
    since = visit.now - timedelta(days=days)
    with visit.services.store.reading() as session:
        facts, bot = read_handoff_facts(session, since, visit.now), measure_bot(session, since, visit.now)
        contained = measure_containment(session, since, visit.now)
    lines = group_facts(facts, by)
    shown: dict[str, Any] = {"lines": lines, "total": sum_up("", facts), "bot": bot, "contained": contained}
    most = max((line.first_response_s or 0 for line in lines), default=0) or 1
    return page(
        visit, "reports.html", by=by, days=days, spans=SPANS, groupings=list(GROUPINGS), most=most,
        length=lambda seconds: format_length(visit.language, timedelta(seconds=seconds)), name_line=name_line, **shown,
    )


def export_reports(visit: Visit) -> Response:
    """The same lines as CSV, in UTF-8 with the mark that spreadsheets look for."""
    by, days = _asked(visit)
    with visit.services.store.transaction() as session:
        facts = read_handoff_facts(session, visit.now - timedelta(days=days), visit.now)
        append_deed(session, Deed(visit.member.id, "export", "report", by), visit.now)
    body = "\ufeff" + render_csv(group_facts(facts, by), by, visit.language)
    headers = {"content-disposition": f'attachment; filename="desk-{by}-{days}.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def render_csv(lines: list[ReportLine], by: str, language: str) -> str:
    """Report lines with a head; names are labelled, and none of them can be a formula."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([by, *(name for name in ReportLine.__dataclass_fields__ if name != "name")])
    for line in lines:
        values = asdict(line)
        name = name_line(by, values.pop("name"), language)
        writer.writerow([f"'{name}" if name.startswith(_FORMULA) else name, *("" if value is None else value for value in values.values())])
    return text.getvalue()


def name_line(by: str, name: str, language: str) -> str:
    """What a line is called; a dash for what nobody knows."""
    return (name if by == "staff" else label(language, by, name)) or "–"


def _asked(visit: Visit) -> tuple[str, int]:
    by, days = visit.query.get("by", "stage"), visit.query.get("days", "30")
    return by if by in GROUPINGS else "stage", int(days) if days in {str(span) for span in SPANS} else 30
