"""Joins the widget's modules into the few scripts that browsers fetch: fewer round trips, better compression."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Which modules travel together, the imported before the importing. All others travel alone, when they are needed.
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "launcher.js": ("dom.js", "storage.js", "launcher.js"),
    "panel.js": ("style.js", "drafts.js", "connection.js", "tabs.js", "conversation.js", "bubbles.js", "panel.js"),
}
_BUNDLE_OF = {module: bundle for bundle, modules in BUNDLES.items() for module in modules}
_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\./([\w-]+\.js)";\n', re.MULTILINE)


def bundle_modules(modules: Mapping[str, str]) -> dict[str, str]:
    """Scripts by name, made of modules by name; of a bundle only the whole remains.

    Imports are one line each, `import { a, b } from "./c.js";`, and top-level names differ within a bundle:
    a script that breaks this does not load.
    """
    scripts = {name: _redirect(name, text) for name, text in modules.items() if name not in _BUNDLE_OF}
    for bundle, parts in BUNDLES.items():
        scripts[bundle] = _redirect(bundle, "".join(modules[part] for part in parts))
    return scripts


def _redirect(script: str, text: str) -> str:
    """Let a script import from scripts instead of modules, each once, and nothing from itself."""
    wanted: dict[str, list[str]] = {}
    for names, module in _IMPORT.findall(text):
        wanted.setdefault(_BUNDLE_OF.get(module, module), []).extend(names.split(", "))
    wanted.pop(script, None)
    lines = (f'import {{ {", ".join(dict.fromkeys(names))} }} from "./{source}";\n' for source, names in wanted.items())
    return "".join(lines) + _IMPORT.sub("", text)
