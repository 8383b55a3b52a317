from bot.nlu.examples import Example
from bot.nlu.intent_folds import split_examples

NLU = [Example(f"giá {number}", "ask_price") for number in range(16)] + [Example(f"chào {number}", "greet") for number in range(16)]
TURNS = [Example(f"turn {told} {at}", "greet", told=told) for told in range(4) for at in range(2)]


def test_every_conversation_is_kept_back_once_and_whole() -> None:
    folds = split_examples([*NLU, *TURNS])
    assert [{turn.told for turn in fold.turns} for fold in folds] == [{0, 2}, {1, 3}]
    assert [len(fold.turns) for fold in folds] == [4, 4]


def test_an_eighth_of_each_intents_other_examples_is_kept_back() -> None:
    folds = split_examples([*NLU, *TURNS])
    assert [[example.text for example in fold.others] for fold in folds] == [["giá 4", "giá 5", "chào 4", "chào 5"],
                                                                            ["giá 10", "giá 11", "chào 10", "chào 11"]]


def test_nothing_is_both_learned_and_kept_back() -> None:
    for fold in split_examples([*NLU, *TURNS]):
        assert len(fold.learned) + len(fold.turns) + len(fold.others) == len(NLU) + len(TURNS)
        assert not set(fold.learned) & {*fold.turns, *fold.others}


def test_texts_alike_but_for_diacritics_stay_together() -> None:
    pairs = [Example(text, "ask_price") for number in range(8) for text in (f"giá {number}", f"gia {number}")]
    assert [[example.text for example in fold.others] for fold in split_examples(pairs)] == [["giá 2", "gia 2"], ["giá 5", "gia 5"]]
