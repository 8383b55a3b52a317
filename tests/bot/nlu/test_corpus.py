import numpy as np
import pytest

from bot.nlu.corpus import read_corpus
from bot.nlu.normaliser import normalise

TEXTS = ["Gói M bao nhiêu tiền?", "goi M bao nhieu", "gói L bao nhiêu ạ", "web sập rồi 😭", "web web web chậm quá", "how much is it"]


def test_texts_are_vectorised_as_when_serving() -> None:
    corpus = read_corpus(TEXTS)
    vocabulary = corpus.learn_vocabulary(TEXTS)
    rows = corpus.vectorise(vocabulary, TEXTS).toarray()
    for text, row in zip(TEXTS, rows, strict=True):
        places, values = vocabulary.vectorise(normalise(text))
        served = np.zeros(len(vocabulary.places))
        served[places] = values
        assert row == pytest.approx(served, abs=1e-6)


def test_a_feature_of_one_text_is_left_out_and_a_rarer_one_weighs_more() -> None:
    vocabulary = read_corpus(TEXTS).learn_vocabulary(TEXTS)
    assert "w:sập" not in vocabulary.places
    assert vocabulary.idf[vocabulary.places["w:web"]] > vocabulary.idf[vocabulary.places["f:bao"]]


def test_a_vocabulary_knows_only_the_texts_it_is_learned_from() -> None:
    corpus = read_corpus(TEXTS)
    few = corpus.learn_vocabulary(TEXTS[:3])
    assert "f:bao" in few.places and "f:web" not in few.places
    assert corpus.vectorise(few, TEXTS[3:]).shape == (3, len(few.places))


def test_a_text_that_was_not_read_is_refused() -> None:
    with pytest.raises(KeyError):
        read_corpus(TEXTS[:1]).learn_vocabulary(["khác"])
