"""Content files read from disk: YAML with the line of every field, checked against a schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from journey_state.errors import ContentError

FieldPath = tuple[str | int, ...]
Schema = TypeVar("Schema", bound=BaseModel)

_REMEDIES = {
    "value_error.missing": "is missing; add it",
    "value_error.extra": "is not known here; remove it or correct its spelling",
    "type_error.str": "must be text; put the value in quotes",
    "type_error.integer": "must be a whole number; write it without quotes, dots or commas",
    "value_error.strictbool": "must be true or false, without quotes",
    "type_error.none.not_allowed": "is empty; write its value",
    "type_error.tuple": "must be a list; write one item a line with '- ' before it",
    "type_error.dict": "must hold fields; write one 'name: value' a line",
    "value_error.date": "must be a day; write it as 2026-12-31",
}


@dataclass
class ContentFile:
    """One parsed file: plain data, and the line each field path starts at."""

    name: str
    data: Any = None
    lines: dict[FieldPath, int] = field(default_factory=dict)

    def line_of(self, path: FieldPath) -> int:
        """The line of a field, or of the nearest field above that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, path: FieldPath, problem: str) -> ContentError:
        """An error that names file, line, field and remedy."""
        return ContentError(f"{self.name}, line {self.line_of(path)}, {render_path(path)}: {problem}")


def render_path(path: FieldPath) -> str:
    """A field path as people write it: plans[2].monthly."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).lstrip(".") or "the file"


def read_file(folder: Path, name: str) -> ContentFile:
    """Parse one YAML file. Raises ContentError when it is absent, unreadable or not YAML."""
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(f"{name} is missing in {folder}; create it (the shipped data/business/ shows its fields)") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{name} cannot be read ({error}); save it as UTF-8 text") from error
    return _parse(name, text)


def _parse(name: str, text: str) -> ContentFile:
    yaml = YAML(typ="safe")
    parsed = ContentFile(name)
    try:
        node = yaml.compose(text)
        if node is None:
            raise ContentError(f"{name}, line 1, the file: is empty; write its fields")
        parsed.data = _construct(parsed, yaml, node, ())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        where = f"{name}, line {line}, the file"
        raise ContentError(f"{where}: is not valid YAML: {error.problem}; check the indent, and put texts with : or # in quotes") from error
    except YAMLError as error:
        raise ContentError(f"{name}, line 1, the file: is not valid YAML: {error}") from error
    return parsed


def _construct(parsed: ContentFile, yaml: Any, node: Node, path: FieldPath) -> Any:
    parsed.lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _construct_mapping(parsed, yaml, node, path)
    if isinstance(node, SequenceNode):
        return [_construct(parsed, yaml, item, (*path, index)) for index, item in enumerate(node.value)]
    try:
        return yaml.constructor.construct_object(node)
    except (ConstructorError, ValueError) as error:
        raise parsed.error(path, f"cannot be read ({error}); put the value in quotes") from error


def _construct_mapping(parsed: ContentFile, yaml: Any, node: MappingNode, path: FieldPath) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner, line = (*path, key), key_node.start_mark.line + 1
        if key in found:
            raise ContentError(f"{parsed.name}, line {line}, {render_path(inner)}: is written twice; keep one")
        found[key] = _construct(parsed, yaml, value_node, inner)
        parsed.lines[inner] = line
    return found


def check_schema(file: ContentFile, schema: type[Schema]) -> Schema:
    """Build the schema's value from a file. Raises ContentError for the first field that does not fit."""
    if not isinstance(file.data, dict):
        raise file.error((), "must be a list of fields ('name: value'); see the shipped data/business/")
    try:
        return schema(**file.data)
    except ValidationError as error:
        first = error.errors()[0]
        path = first["loc"]
        raise file.error(path, _REMEDIES.get(first["type"], f"{first['msg']}; correct the value")) from None
