from __future__ import annotations

import pytest

from bot.nlu.examples import Example
from bot.nlu.stage_examples import LabelledConversation, LabelledTurn
from bot.nlu.stage_intents import list_examples, rank_unseen
from journey_state.stages import Stage

PRICES = ["gói M giá bao nhiêu", "VPS 2 bao nhiêu tiền một tháng", "cho hỏi giá email pro", "hosting giá sao em", "giá năm bao nhiêu vậy"]
OUTAGES = ["web không vào được", "trang bị lỗi 502", "mail không gửi được", "website chậm quá", "server sập rồi"]
GREETINGS = ["chào shop", "alo em ơi", "xin chào", "hi shop", "chào buổi sáng"]
TAUGHT = {"greet": GREETINGS, "ask_price": PRICES, "report_outage": OUTAGES}
EXAMPLES = [Example(text, intent) for intent, texts in TAUGHT.items() for text in texts]


def conversation(number: int, *turns: tuple[str, str]) -> LabelledConversation:
    return LabelledConversation(f"c-{number}", tuple(LabelledTurn(text, Stage.SERVICE, intent) for text, intent in turns))


CONVERSATIONS = [
    conversation(1, ("giá gói L bao nhiêu một tháng", "ask_price"), ("trang web bị lỗi 500", "report_outage")),
    conversation(2, ("hosting bao nhiêu tiền", "ask_price")),
    conversation(3, ("mail bị lỗi không vào được", "report_outage"), ("VPS 4 giá bao nhiêu", "ask_price")),
    conversation(4, ("web sập không vào được", "report_outage"), ("email giá bao nhiêu", "ask_price")),
]


def test_every_turn_is_ranked_in_order_by_a_model_that_did_not_see_it() -> None:
    chances = rank_unseen(EXAMPLES, CONVERSATIONS)
    told = [turn.intent for conversation in CONVERSATIONS for turn in conversation.turns]
    assert [max(row, key=row.__getitem__) for row in chances] == told
    assert all(sum(row.values()) == pytest.approx(1.0, abs=1e-3) for row in chances)


def test_a_turn_knows_the_intent_before_it() -> None:
    assert [example.previous for example in list_examples(CONVERSATIONS[0])] == [None, "ask_price"]
