"""A shop's prices in a spreadsheet: the columns, a template filled with what is sold now, and a reader that names every wrong cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from journey_state.content import Content
from journey_state.errors import ContentError
from journey_state.texts import Text

SHEET, GUIDE = "Plans", "Guide"
SPEC = "spec "
MOST_ROWS, MOST_BYTES = 2_000, 10_000_000
# Column → what it is called in Vietnamese beside its name in the first row.
COLUMNS: Mapping[str, str] = {
    "product": "mã sản phẩm", "plan": "mã gói", "name": "tên gói", "monthly": "giá tháng", "yearly": "giá năm",
    "suits vi": "hợp với ai", "suits en": "hợp với ai, tiếng Anh", "popular": "bán chạy",
}
NEEDED = ("product", "plan", "monthly", "yearly")
HOW_TO = (
    ("Mỗi dòng của trang Plans là một gói. Giá là số đồng chưa gồm VAT: 119000.",
     "Each row of the sheet Plans is one plan. Prices are đồng without VAT: 119000."),
    ("Giá 0 là gói miễn phí. Ô để trống: giữ như cũ.", "A price of 0 is a free plan. An empty cell keeps what there is."),
    ("Gói mới: thêm một dòng với mã chưa có và điền đủ các cột.", "A new plan: add a row with a new plan id and fill in every column."),
    ("Cột spec …: thông số của gói. Hai ngôn ngữ khác nhau thì viết: 8 buổi | 8 lessons",
     "Columns spec …: what the plan has. When the languages differ write: 8 buổi | 8 lessons"),
    ("Gói không có trong bảng thì vẫn giữ nguyên.", "A plan that is not in the sheet stays as it is."),
    ("Xong thì chạy: donghanh content import prices.xlsx", "Then run: donghanh content import prices.xlsx"),
)
_MONEY = re.compile(r"(\d+|\d{1,3}(?:[.,]\d{3})+)\s*(?:đ|₫|vnd|vnđ)?", re.IGNORECASE)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class PlanRow:
    """One plan as the sheet has it; None and missing specs mean: as it was. number: the row in the sheet."""

    number: int
    product: str
    plan: str
    name: str | None = None
    monthly: int | None = None
    yearly: int | None = None
    suits_vi: str | None = None
    suits_en: str | None = None
    is_popular: bool | None = None
    specs: Mapping[str, Text] = field(default_factory=dict)


def write_template(content: Content, path: Path) -> None:
    """Write a workbook with every plan as it is now, and how to fill it in."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    specs = list(dict.fromkeys(name for plan in content.plans.values() for name in plan.specs))
    sheet.append([*(f"{name} · {words}" for name, words in COLUMNS.items()), *(SPEC + name for name in specs)])
    for plan in content.plans.values():
        sheet.append([plan.product, plan.id, plan.name, plan.monthly, plan.yearly, plan.suits.vi, plan.suits.en,
                      "x" if plan.is_popular else None, *(_show(plan.specs.get(name)) for name in specs)])
    _lay_out(sheet)
    guide = book.create_sheet(GUIDE)
    for line in HOW_TO:
        guide.append(line)
    guide.column_dimensions["A"].width = guide.column_dimensions["B"].width = 80
    book.save(path)


def read_prices(path: Path, content: Content) -> list[PlanRow]:
    """Every row of the sheet. Raises ContentError that lists all wrong cells by sheet, row and column, with remedies."""
    sheet = _open(path)
    reader = _Reader(path.name, content, _read_headings(path.name, sheet, content))
    rows = [row for number, cells in _list_rows(sheet) if (row := reader.read(number, cells)) is not None]
    if not rows and not reader.problems:
        reader.problems.append(f"{path.name}, sheet {SHEET}, row 2: there is no plan; write one plan a row below the headings")
    if reader.problems:
        raise ContentError("\n".join(reader.problems))
    return rows


@dataclass
class _Reader:
    """Reads row after row and keeps the problems. columns: name → place."""

    file: str
    content: Content
    columns: Mapping[str, int]
    problems: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def read(self, number: int, cells: Sequence[Any]) -> PlanRow | None:
        known_problems = len(self.problems)
        take = self._taker(number, cells)
        product = take("product", self._parse_product)
        plan = take("plan", lambda raw: self._parse_plan(raw, number, product))
        row = PlanRow(
            number, product or "", plan or "", take("name", str), take("monthly", parse_money), take("yearly", parse_money),
            take("suits vi", str), take("suits en", str), take("popular", _parse_mark),
            {name[len(SPEC):]: found for name in self.columns if name.startswith(SPEC) and (found := take(name, _parse_text))},
        )
        self._check_whole(row, take)
        return row if len(self.problems) == known_problems else None

    def _taker(self, number: int, cells: Sequence[Any]) -> Callable[[str, Callable[[str], Any]], Any]:
        def take(column: str, parse: Callable[[str], Any]) -> Any:
            raw = _clean(cells[self.columns[column]]) if column in self.columns else ""
            if not raw:
                return None
            try:
                return parse(raw)
            except ValueError as error:
                return self._complain(number, column, f"'{raw[:40]}' {error}")

        return take

    def _check_whole(self, row: PlanRow, take: Callable[..., Any]) -> None:
        for column, value in (("product", row.product), ("plan", row.plan)):
            if not value and not take(column, str):
                self._complain(row.number, column, "is empty; write its id as in products.yml")
        known = self.content.plans.get(row.plan)
        if known is None and row.product and row.plan:
            self._check_new(row)
        elif known and row.product and known.product != row.product:
            self._complain(row.number, "product", f"'{row.product}' does not sell {row.plan}; write {known.product}")
        monthly, yearly = (new if new is not None else getattr(known, name, None) for name, new in
                           (("monthly", row.monthly), ("yearly", row.yearly)))
        if None not in (monthly, yearly) and bool(monthly) != bool(yearly):
            self._complain(row.number, "yearly", "is free in one period only; price both, or write 0 for both")

    def _check_new(self, row: PlanRow) -> None:
        """A new plan needs everything that its neighbours have."""
        siblings = self.content.plans_of(row.product)
        specs = {SPEC + name: row.specs.get(name) for plan in siblings for name in plan.specs}
        given = {"name": row.name, "monthly": row.monthly, "yearly": row.yearly, "suits vi": row.suits_vi, "suits en": row.suits_en}
        for column, value in {**given, **specs}.items():
            if value is None:
                self._complain(row.number, column, f"is empty; {row.plan} is a new plan and needs it")

    def _parse_product(self, raw: str) -> str:
        if raw not in self.content.products:
            raise ValueError(f"is not a product; use one of {', '.join(self.content.products)}")
        return raw

    def _parse_plan(self, raw: str, number: int, product: str | None) -> str:
        if not _ID.fullmatch(raw):
            raise ValueError("is no id; use small letters, digits and -, such as hosting-xl")
        if self._seen.setdefault(raw, number) != number:
            raise ValueError(f"stands in row {self._seen[raw]} already; keep one")
        return raw

    def _complain(self, number: int, column: str, problem: str) -> None:
        place = self.columns.get(column)
        letter = f"column {get_column_letter(place + 1)} ({column})" if place is not None else f"column {column}"
        line = f"{self.file}, sheet {SHEET}, row {number}, {letter}: {problem}"
        if line not in self.problems:
            self.problems.append(line)


def parse_money(raw: str) -> int:
    """Read whole đồng as people type them: 119000, 119.000, 119.000đ. Raises ValueError with the remedy."""
    text = re.sub(r"\.0+$", "", raw) if re.fullmatch(r"\d+\.0{1,2}", raw) else raw
    found = _MONEY.fullmatch(text.strip())
    if not found:
        raise ValueError("is not a whole number of đồng; write it in digits, such as 119000")
    return int(re.sub(r"[.,]", "", found[1]))


def _parse_mark(raw: str) -> bool:
    if raw.lower() not in ("x", "yes", "có", "true", "1", "no", "không", "false", "0"):
        raise ValueError("is neither yes nor no; write x, or leave it empty")
    return raw.lower() in ("x", "yes", "có", "true", "1")


def _parse_text(raw: str) -> Text:
    vi, bar, en = raw.partition("|")
    if bar and not (vi.strip() and en.strip()):
        raise ValueError("lacks one language; write Vietnamese | English")
    return Text(vi.strip(), en.strip() or vi.strip())


def _show(text: Text | None) -> str | None:
    if text is None:
        return None
    return text.vi if text.vi == text.en else f"{text.vi} | {text.en}"


def _clean(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _open(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ContentError(f"{path.name} is larger than 10 MB; keep only the sheet {SHEET}")
        book = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise ContentError(f"{path} does not exist; `donghanh content template {path.name}` makes one") from None
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise ContentError(f"{path.name} is no Excel workbook; save it as .xlsx") from error
    if SHEET not in book.sheetnames:
        raise ContentError(f"{path.name} has no sheet {SHEET}; name the sheet with the prices so (found: {', '.join(book.sheetnames)})")
    return book[SHEET]


def _list_rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_row=MOST_ROWS, values_only=True), 2):
        if any(_clean(cell) for cell in cells):
            yield number, cells


def _read_headings(file: str, sheet: Any, content: Content) -> dict[str, int]:
    first = next(iter(sheet.iter_rows(min_row=1, max_row=1, values_only=True)), ())
    found = {_clean(cell).split("·")[0].strip().lower(): place for place, cell in enumerate(first) if _clean(cell)}
    known = {*COLUMNS, *(SPEC + name for name in content.attributes)}
    problems = [f"column {get_column_letter(place + 1)}: '{name}' is not a known heading; use one of {', '.join(COLUMNS)}, or spec …"
                for name, place in found.items() if name not in known]
    problems += [f"the heading '{name}' is missing; add it" for name in NEEDED if name not in found]
    if problems:
        raise ContentError("\n".join(f"{file}, sheet {SHEET}, row 1, {problem}" for problem in problems))
    return found


def _lay_out(sheet: Worksheet) -> None:
    """Headings that stay in sight, columns wide enough, prices with separators."""
    sheet.freeze_panes = "D2"
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="0F766E")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place, column in enumerate(sheet.iter_cols(), 1):
        longest = max(len(_clean(cell.value)) for cell in column[1:]) if len(column) > 1 else 0
        sheet.column_dimensions[get_column_letter(place)].width = min(48, max(14, longest + 2))
    for row in sheet.iter_rows(min_row=2, min_col=4, max_col=5):
        for cell in row:
            cell.number_format = "#,##0"
