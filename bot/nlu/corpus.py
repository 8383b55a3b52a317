"""Texts of the training data with the features in them, read once and shared by every fit. Needs scipy; serving does not."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.nlu.features import BLOCKS, extract_blocks
from bot.nlu.intent_model import Floats, Vocabulary
from bot.nlu.normaliser import normalise

RARE = 2  # features of fewer texts are left out
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts and how often each feature stands in them.

    rows: text → its row; names: feature → its column, in the order of the alphabet; blocks: (n_names,), number of the
    block of each; counts: sparse (n_texts, n_names).
    """

    rows: dict[str, int]
    names: dict[str, int]
    blocks: Places
    counts: csr_matrix

    def learn_vocabulary(self, texts: Sequence[str]) -> Vocabulary:
        """Number the features that several of these texts share and weigh them by rarity."""
        spread = np.bincount(self._select(texts).indices, minlength=len(self.names))
        kept = spread >= RARE
        idf = (np.log((1 + len(texts)) / (1 + spread[kept])) + 1).astype(np.float32)
        return Vocabulary({name: row for row, name in enumerate(compress(self.names, kept))}, idf)

    def vectorise(self, vocabulary: Vocabulary, texts: Sequence[str]) -> csr_matrix:
        """Matrix (n_texts, n_features) of what `Vocabulary.vectorise` gives for each text; KeyError for one that was not read."""
        kept = np.array([self.names[name] for name in vocabulary.places], dtype=np.int64)
        return _weigh(self._select(texts)[:, kept], vocabulary.idf, self.blocks[kept])

    def _select(self, texts: Sequence[str]) -> csr_matrix:
        return self.counts[np.array([self.rows[text] for text in texts], dtype=np.int64)]


def read_corpus(texts: Sequence[str]) -> Corpus:
    """Bring every text into normal form and list its features."""
    places: dict[str, int] = {}
    block_of: list[int] = []
    found, ends = array("q"), [0]
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    for text in rows:
        for block, names in enumerate(_list_features(text)):
            for name in names:
                place = places.setdefault(name, len(places))
                if place == len(block_of):
                    block_of.append(block)
                found.append(place)
        ends.append(len(found))
    return _sort_names(rows, list(places), np.array(block_of, dtype=np.int64), _count(found, ends, len(places)))


@lru_cache(maxsize=2)
def share_corpus(texts: tuple[str, ...]) -> Corpus:
    """The same, remembered: components of one training read the same texts."""
    return read_corpus(texts)


def _list_features(text: str) -> list[list[str]]:
    blocks = extract_blocks(normalise(text))
    return [list(blocks[name]) for name in BLOCKS]


def _count(found: array[int], ends: Sequence[int], width: int) -> csr_matrix:
    places = np.frombuffer(found, dtype=np.int64) if found else np.zeros(0, dtype=np.int64)
    counts = csr_matrix((np.ones(len(places), dtype=np.float32), places, np.array(ends)), shape=(len(ends) - 1, width))
    counts.sum_duplicates()
    return counts


def _sort_names(rows: dict[str, int], names: list[str], blocks: Places, counts: csr_matrix) -> Corpus:
    order = sorted(range(len(names)), key=names.__getitem__)
    sorted_counts = counts[:, order]
    sorted_counts.sort_indices()
    return Corpus(rows, {names[place]: column for column, place in enumerate(order)}, blocks[order], sorted_counts)


def _weigh(counts: csr_matrix, idf: Floats, blocks: Places) -> csr_matrix:
    row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = (1 + np.log(counts.data)) * idf[counts.indices]
    group = row_of * len(BLOCKS) + blocks[counts.indices]
    lengths = np.sqrt(np.bincount(group, weights=values.astype(np.float64) ** 2, minlength=counts.shape[0] * len(BLOCKS)))
    weights: NDArray[Any] = np.array(list(BLOCKS.values()))[blocks[counts.indices]] / np.maximum(lengths[group], 1e-9)
    return csr_matrix((values * weights, counts.indices, counts.indptr), shape=counts.shape)
