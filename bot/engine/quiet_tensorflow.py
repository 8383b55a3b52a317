"""Keep TensorFlow out of the serving process: it would add half a gigabyte and most of the start.

Nothing that serves needs it, but three imports would pull it in:

1. `rasa.utils.train_utils` imports the training callbacks of TED and DIET at module level. We put
   two empty stand-ins in their place, with the names that are imported from them.
2. thinc (under spaCy) tries `import tensorflow` and goes on without it when that fails. Blocking
   the name makes it fail at once.
3. Rasa's model metadata names every class of the training graph; `bot.engine.models` reads it
   without the training graph.

More stand-ins keep out scikit-learn (for the same training code), matplotlib (for reports of `rasa test`)
and the libraries of databases that our tracker store does not use: 40 MB and a third of the start.
The package `rasa.core.channels` is entered without its `__init__`, which imports a dozen messengers.

`tests/bot/engine/test_quiet_tensorflow.py` fails when TensorFlow gets loaded all the same.
Training (`donghanh train`, `rasa train`) never calls this.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

_STAND_INS: dict[str, tuple[str, ...]] = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": (
        "RasaBatchDataGenerator", "RasaDataGenerator", "IncreasingBatchSizeDataGenerator",
    ),
    "rasa.utils.tensorflow.model_data": ("RasaModelData", "Data", "FeatureArray", "ragged_array_to_ndarray"),
    "rasa.core.test": (),
    "boto3.dynamodb.conditions": ("Key",),
    "pymongo.collection": ("Collection",),
}


def block_tensorflow() -> None:
    """Make `import tensorflow` fail for the life of this process; call before Rasa is imported."""
    if sys.modules.get("tensorflow") is not None:
        return
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    for name, classes in _STAND_INS.items():
        stand_in = ModuleType(name)
        for class_name in classes:
            setattr(stand_in, class_name, type(class_name, (), {}))
        sys.modules.setdefault(name, stand_in)
    if "rasa.core.channels" not in sys.modules:
        _enter_channels()


def _enter_channels() -> None:
    """Put Rasa's package of channels in place; what Rasa's own code takes from it is loaded when it is taken."""
    rasa = find_spec("rasa")
    assert rasa is not None and rasa.submodule_search_locations
    package = ModuleType("rasa.core.channels")
    package.__path__ = [str(Path(folder) / "core" / "channels") for folder in rasa.submodule_search_locations]
    package.__getattr__ = _take_from_channel  # type: ignore[method-assign]
    sys.modules[package.__name__] = package


def _take_from_channel(name: str) -> Any:
    if name not in ("CollectingOutputChannel", "InputChannel", "OutputChannel", "UserMessage"):
        raise AttributeError(f"rasa.core.channels has no {name} while serving")
    return getattr(import_module("rasa.core.channels.channel"), name)
