"""The demo page: what the business sells, from its own content, with the chat widget on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.settings import Settings
from journey_state.content import Content, Fact, Plan, Product, Text, format_vnd, get_content

TEMPLATES = Path(__file__).parent / "templates"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP, "Referrer-Policy": "strict-origin-when-cross-origin", "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache", "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Which plan details are worth a line on the page, in this order.
SHOWN_SPECS = ("cpu", "ram", "storage", "email_limit")
# Frequent questions; the content's fact of that name answers each, and one without a fact is not shown.
QUESTIONS = (
    ("trial_days", Text("Dùng thử có mất phí không?", "Is the trial free?")),
    ("payment_methods", Text("Thanh toán bằng cách nào?", "How can I pay?")),
    ("migration", Text("Chuyển website từ nơi khác về có mất công không?", "Will you move my site from another provider?")),
    ("uptime", Text("Dịch vụ chạy ổn định tới mức nào?", "How reliable is the service?")),
    ("data_centre", Text("Máy chủ đặt ở đâu?", "Where are the servers?")),
    ("refund_window", Text("Không hài lòng thì có được hoàn tiền không?", "Can I get my money back?")),
    ("upgrade_rule", Text("Đang dùng muốn nâng gói thì tính tiền thế nào?", "What does it cost to upgrade half-way?")),
    ("support_hours", Text("Khi nào có người hỗ trợ?", "When is support there?")),
)
HIGHLIGHTS = (
    ("uptime", Text("cam kết uptime", "uptime commitment")),
    ("data_centre", Text("trung tâm dữ liệu", "data centres")),
    ("trial_card", Text("khi dùng thử", "for the trial")),
    ("support_language", Text("hỗ trợ 24/7", "support, 24/7")),
)


@dataclass(frozen=True)
class Wording:
    """Picks the language of everything the template shows."""

    language: str

    def __call__(self, vi: str, en: str) -> str:
        """One of two texts."""
        return en if self.language == "en" else vi

    @property
    def other(self) -> str:
        """The other language."""
        return "vi" if self.language == "en" else "en"

    def text(self, text: Text) -> str:
        """A text of the content files."""
        return text.in_language(self.language)

    def money(self, amount: int) -> str:
        """A price; 0 is free."""
        return format_vnd(amount, self.language) if amount else self("Miễn phí", "Free")

    def specs(self, plan: Plan) -> str:
        """The plan in half a line."""
        shown = [self.text(plan.specs[name]) + (" RAM" if name == "ram" else "") for name in SHOWN_SPECS if name in plan.specs]
        return " · ".join(shown[:3])

    def answers(self, content: Content, asked: tuple[tuple[str, Text], ...]) -> list[tuple[str, Fact]]:
        """What the content says about each name, beside the words it is shown with."""
        found = [(words, content.find_fact(name, language=self.language)) for name, words in asked]
        return [(self.text(words), fact) for words, fact in found if fact is not None]


class DemoPage:
    """GET / and its theme. The page is rendered off the event loop: the first time, content is read from files."""

    def __init__(self, settings: Settings, find_content: Callable[[], Content] = get_content) -> None:
        self._settings = settings
        self._find_content = find_content
        self._template = open_templates().get_template("site.html")

    async def get_page(self, request: Request) -> Response:
        """The page in Vietnamese, or in English with ?lang=en."""
        language = read_language(request)
        html = await anyio.to_thread.run_sync(self._render, language)
        return HTMLResponse(html, headers={**HEADERS, "Content-Language": language})

    async def get_theme(self, request: Request) -> Response:
        """The business's colour as a style sheet: a strict policy allows no style in the page itself."""
        css = f":root {{ --brand: {self._settings.colour}; }}\n"
        return Response(css, media_type="text/css", headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})

    def _render(self, language: str) -> str:
        content, t = self._find_content(), Wording(language)
        products = tuple(content.products.values())
        advised = _popular_plan(products[0])
        return self._template.render(
            t=t, language=language, settings=self._settings, content=content, products=products, advised=advised,
            advised_for=_name_persona(content, advised), problem=_name_problem(content, t),
            largest=products[0].plans[-1], trial_days=max(product.trial_days for product in products),
            questions=t.answers(content, QUESTIONS), highlights=t.answers(content, HIGHLIGHTS),
            other_path="/?lang=en" if t.other == "en" else "/",
        )


def _name_persona(content: Content, plan: Plan) -> Text:
    """Whom the plan is for, in a word or two."""
    return content.personas[plan.personas[0]] if plan.personas else plan.suits


def _name_problem(content: Content, t: Wording) -> str:
    """The first problem of the content; without one, an order's."""
    return t.text(next((problem.title for problem in content.problems.values()), Text("Đơn của mình tới đâu rồi?", "Where is my order?")))


def open_templates() -> Environment:
    """The templates of the public pages."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def read_language(request: Request) -> str:
    """Vietnamese, or English with ?lang=en."""
    return "en" if request.query_params.get("lang") == "en" else "vi"


def _popular_plan(product: Product) -> Plan:
    return next((plan for plan in product.plans if plan.is_popular), product.plans[-1])
