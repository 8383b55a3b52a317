"""Reads a trained model without its training graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rasa.shared.utils.io
import yaml
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.graph import ExecutionContext
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import MODEL_ARCHIVE_METADATA_FILE, LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelMetadata, ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.engine.graph import OrderedGraphRunner
from bot.model_files import ModelMissingError

# What the server runs in the place of Rasa's own: the same decisions, faster.
SERVED_BY = {
    "rasa.core.policies.rule_policy.RulePolicy": "bot.engine.rule_policy.ServingRulePolicy",
    "rasa.graph_components.providers.domain_provider.DomainProvider": "bot.engine.models.ServingDomainProvider",
}


class ServingStorage(LocalModelStorage):
    """Model storage that leaves the training graph unread: it names classes that need TensorFlow."""

    @staticmethod
    def _load_metadata(directory: Path) -> ModelMetadata:
        serialized: dict[str, Any] = rasa.shared.utils.io.read_json_file(directory / MODEL_ARCHIVE_METADATA_FILE)
        serialized["train_schema"] = {"nodes": {}}
        for node in serialized["predict_schema"]["nodes"].values():
            node["uses"] = SERVED_BY.get(node["uses"], node["uses"])
        return ModelMetadata.from_dict(serialized)


class ServingDomainProvider(DomainProvider):
    """Reads the domain that training wrote, without checking it a second time: a third of the start."""

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> ServingDomainProvider:
        """Read the model's domain.yml."""
        with model_storage.read_from(resource) as folder:
            raw = yaml.load((folder / "domain.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        return cls(model_storage, resource, Domain.from_dict(raw))


def load_model(model_path: Path) -> tuple[str, ModelMetadata, GraphRunner]:
    """Read a model for serving. Raises ModelMissingError when the file is missing or broken."""
    try:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = loader.load_predict_graph_runner(Path(folder), model_path, ServingStorage, OrderedGraphRunner)
    except Exception as error:
        raise ModelMissingError(f"model {model_path} cannot be read ({type(error).__name__}: {error}); run `donghanh train`") from error
    return model_path.name, metadata, runner


class ServingProcessor(MessageProcessor):
    """Rasa's message processor, loading through `load_model` and keeping no failure to itself."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, GraphRunner]:
        return load_model(Path(model_path))
