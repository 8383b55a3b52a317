"""Fits intents and stages while another process imports Rasa: `python -m bot.nlu.ahead FOLDER [CORRECTIONS]`; see `fits`."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bot.nlu.examples import Example, load_conversation_examples, load_nlu_examples
from bot.nlu.fits import DIGEST, INTENTS, STAGES, digest, save_stages
from bot.nlu.intent_training import train_intents
from bot.nlu.learned_corrections import NLU
from bot.nlu.learned_corrections import STAGES as CONVERSATIONS
from bot.nlu.stage_examples import LabelledConversation, load_conversations
from bot.nlu.stage_training import StageSettings, learn_words, train_stages
from bot.settings import PROJECT

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def fit_ahead(nlu: Sequence[Path], stages: Path, target: Path, pool: Executor) -> None:
    """Fit everything from folders of NLU files and one of conversations; the pool's one process works on another core."""
    told, conversations = load_conversation_examples(stages), load_conversations(stages)
    examples, settings = load_nlu_examples(*nlu), StageSettings()
    words = pool.submit(learn_words, conversations, settings)
    trained = train_intents([*examples, *told], pool)
    trained.model.save(_make(target / INTENTS))
    save_stages(train_stages(conversations, trained.unseen, settings, words.result()), _make(target / STAGES))
    _sign(target, examples, told, conversations)


def main(arguments: list[str]) -> int:
    """Fit into the folder named first, with the corrections of a second; returns the exit code."""
    target, *extra = map(Path, arguments)
    nlu = [PROJECT / "data" / "nlu", *(folder / NLU for folder in extra)]
    told = extra[0] / CONVERSATIONS if extra else PROJECT / "data" / "stages"
    # Forking is safe here: no thread has been started yet, and a fork need not read the corpus again.
    _end_with_parent()
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_end_with_parent) as pool:
        fit_ahead(nlu, told, target, pool)
    return 0


def _end_with_parent() -> None:
    """Ask Linux to end this process with the one that started it: nobody would take its result over."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _sign(target: Path, examples: list[Example], told: list[Example], conversations: list[LabelledConversation]) -> None:
    (target / INTENTS / DIGEST).write_text(digest([*examples, *told]))
    (target / STAGES / DIGEST).write_text(digest(examples, conversations, StageSettings()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
