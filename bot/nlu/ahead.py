"""Fits intents and stages while another process imports Rasa: `python -m bot.nlu.ahead FOLDER`; see `fits`."""

from __future__ import annotations

import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bot.nlu.examples import Example, load_conversation_examples, load_nlu_examples
from bot.nlu.fits import DIGEST, INTENTS, STAGES, digest, save_stages
from bot.nlu.intent_training import train_intents
from bot.nlu.stage_examples import LabelledConversation, load_conversations
from bot.nlu.stage_training import StageSettings, learn_words, train_stages
from bot.settings import PROJECT


def fit_ahead(project: Path, target: Path, pool: Executor) -> None:
    """Fit everything from a project's data/nlu and data/stages; the pool's one process works on another core."""
    told, conversations = load_conversation_examples(project / "data" / "stages"), load_conversations(project / "data" / "stages")
    examples, settings = load_nlu_examples(project / "data" / "nlu"), StageSettings()
    words = pool.submit(learn_words, conversations, settings)
    trained = train_intents([*examples, *told], pool)
    trained.model.save(_make(target / INTENTS))
    save_stages(train_stages(conversations, trained.unseen, settings, words.result()), _make(target / STAGES))
    _sign(target, examples, told, conversations)


def main(arguments: list[str]) -> int:
    """Fit into the folder named first; returns the exit code."""
    # Forking is safe here: no thread has been started yet, and a fork need not read the corpus again.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        fit_ahead(PROJECT, Path(arguments[0]), pool)
    return 0


def _make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _sign(target: Path, examples: list[Example], told: list[Example], conversations: list[LabelledConversation]) -> None:
    (target / INTENTS / DIGEST).write_text(digest([*examples, *told]))
    (target / STAGES / DIGEST).write_text(digest(examples, conversations, StageSettings()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
