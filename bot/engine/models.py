"""Reads a trained model without its training graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasa.shared.utils.io
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.model_files import ModelMissingError


class ServingStorage(LocalModelStorage):
    """Model storage that leaves the training graph unread: it names classes that need TensorFlow."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        serialized: dict[str, Any] = rasa.shared.utils.io.read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        serialized["train_schema"] = {"nodes": {}}
        return ModelMetadata.from_dict(serialized)


def load_model(model_path: Path) -> tuple[str, ModelMetadata, GraphRunner]:
    """Read a model for serving. Raises ModelMissingError when the file is missing or broken."""
    try:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(Path(folder), model_path, ServingStorage, DaskGraphRunner)
    except Exception as error:
        raise ModelMissingError(f"model {model_path} cannot be read ({type(error).__name__}: {error}); run `donghanh train`") from error
    return model_path.name, metadata, runner


class ServingProcessor(MessageProcessor):
    """Rasa's message processor, loading through `load_model` and keeping no failure to itself."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        return load_model(Path(model_path))
