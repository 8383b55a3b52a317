"""The customer reads who promised what and until when."""

from __future__ import annotations

from datetime import datetime

import pytest

from actions.promises import promise_reply
from journey_state.promises import Promise
from tests.fixtures.journeys import NOW


@pytest.mark.parametrize(("language", "until", "name", "said"), [
    ("vi", None, "Lan", "Nhân viên Lan đã hẹn với bạn: giảm 10%"),
    ("vi", NOW, "Lan", "Nhân viên Lan đã hẹn với bạn: giảm 10% (có hiệu lực đến hết ngày 02/03/2026)"),
    ("vi", None, "", "Nhân viên của bên mình đã hẹn với bạn: giảm 10%"),
    ("en", NOW, "Lan", "Our colleague Lan promised you: giảm 10% (valid until the end of 2 March 2026)"),
    ("en", None, "", "Our colleague promised you: giảm 10%"),
])
def test_promise_is_told_in_the_customers_language(language: str, until: datetime | None, name: str, said: str) -> None:
    assert promise_reply(Promise("p", "price", "giảm 10%", until, NOW, None, name), language).text == said
