"""The widget's files: small, cached, and nothing lost when comments are taken out."""

from __future__ import annotations

import gzip
import re

import pytest
from starlette.testclient import TestClient

from bot.channels.website.widget_bundles import BUNDLES, bundle_modules
from bot.channels.website.widget_files import FOLDER, read_widget_files, shorten
from tests.bot.channels.website.conftest import MakeVisitor

CORE_BYTES = 15 * 1024
LAUNCHER_BYTES = 4 * 1024
READS_MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
ON_DEMAND_BYTES = 8 * 1024
LAUNCHER = {"dong-hanh-chat.js", "launcher.js"}
CORE = LAUNCHER | {"panel.js", "words-vi.js"}


def weigh(names: set[str]) -> int:
    """Bytes that cross the network, each file compressed by itself."""
    return sum(len(file.compressed) for name, file in read_widget_files().items() if name in names)


def test_the_widget_stays_light() -> None:
    everything = set(read_widget_files())
    assert everything > CORE
    assert weigh(LAUNCHER) <= LAUNCHER_BYTES
    assert weigh(CORE) <= CORE_BYTES
    assert weigh(everything - CORE) <= ON_DEMAND_BYTES


def test_every_module_reaches_browsers_exactly_once() -> None:
    bundled = [module for modules in BUNDLES.values() for module in modules]
    modules = {path.name for path in FOLDER.glob("*.js")}
    assert len(bundled) == len(set(bundled)) and set(bundled) <= modules
    assert set(read_widget_files()) == (modules - set(bundled)) | set(BUNDLES)


def test_modules_are_joined_and_import_from_scripts_once_each() -> None:
    modules = dict.fromkeys((module for parts in BUNDLES.values() for module in parts), "")
    modules |= {
        "storage.js": "export const storage = 1;\n",
        "bubbles.js": 'import { h, safeUrl } from "./dom.js";\nfirst();\n',
        "conversation.js": 'import { storage } from "./storage.js";\n',
        "panel.js": 'import { h, icon } from "./dom.js";\nimport { a } from "./bubbles.js";\nsecond();\n',
        "alone.js": 'import { sheet } from "./dom.js";\nthird();\n',
    }
    scripts = bundle_modules(modules)
    assert scripts["panel.js"] == 'import { storage, h, safeUrl, icon } from "./launcher.js";\nfirst();\nsecond();\n'
    assert scripts["alone.js"] == 'import { sheet } from "./launcher.js";\nthird();\n'
    assert scripts["launcher.js"] == modules["storage.js"]


@pytest.mark.parametrize(("written", "sent"), [
    ("// gone\n/**\n * gone */\n\n  f();\n", "f();\n"),
    ("if (a === b && c) { d = [1, 2]; }\n", "if(a===b&&c){d=[1,2];}\n"),
    ("const f = ({ a, b: c }) => a ? b : c ?? d;\n", "const f=({a,b:c})=>a?b:c??d;\n"),
    ('say("a, b = c : { d }", "// kept");\n', 'say("a, b = c : { d }","// kept");\n'),
    ("say(`a, ${b} = c\n* { kept: 1 }`, e);\n", "say(`a, ${b} = c\n* { kept: 1 }`,e);\n"),
    ('const r = /a, "b" = [^, ]/g, s = 1 / 2;\n', 'const r=/a, "b" = [^, ]/g,s=1 / 2;\n'),
    ("a - -b + +c; return x; typeof y in z;\n", "a - -b + +c; return x; typeof y in z;\n"),
    ("async *g() { yield* h(); }\n", "async *g(){yield* h();}\n"),
])
def test_only_comments_and_blanks_without_meaning_are_left_out(written: str, sent: str) -> None:
    assert shorten(written) == sent


def test_no_template_stands_inside_another() -> None:
    for path in FOLDER.glob("*.js"):
        assert not re.search(r"\$\{[^}`]*`", path.read_text(encoding="utf-8")), path.name


def test_a_style_sheet_loses_its_blanks_and_keeps_its_meaning() -> None:
    written = "const a = sheet(`\n.a :focus > b, .c { margin: 0 auto; color: rgb(0 0 0); }\n@media (width: 1px) { .d { top: 0; } }`);\n"
    sent = "const a=sheet(`.a :focus > b,.c{margin:0 auto;color:rgb(0 0 0)}@media (width:1px){.d{top:0}}`);\n"
    assert shorten(written) == sent


def test_a_script_is_sent_compressed_and_only_when_it_changed(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(with_session=False)
    answer = visitor.get("/widget/launcher.js")
    assert answer.headers["content-type"].startswith("text/javascript") and answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    again = visitor.get("/widget/launcher.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_client_without_compression_gets_the_same_script(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(with_session=False)
    plain = visitor.get("/widget/panel.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == gzip.decompress(read_widget_files()["panel.js"].compressed)


def test_nothing_but_scripts_is_served(make_visitor: MakeVisitor) -> None:
    visitor = make_visitor(with_session=False)
    for name in ("missing.js", "../routes.py", "..%2froutes.py", "%2e%2e/routes.py"):
        assert visitor.get(f"/widget/{name}").status_code == 404


def test_no_script_reads_text_as_markup() -> None:
    for path in FOLDER.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        assert [word for word in READS_MARKUP if word in script] == []


def test_both_languages_have_the_same_words() -> None:
    def names(file: str) -> list[str]:
        return [line.split(":")[0].strip() for line in (FOLDER / file).read_text(encoding="utf-8").splitlines() if ":" in line]

    assert names("words-vi.js") == names("words-en.js") and len(names("words-vi.js")) > 30
    assert names("more-words-vi.js") == names("more-words-en.js") != []


def test_the_page_loads_one_script_for_the_widget(visitor: TestClient) -> None:
    assert visitor.get("/").text.count("/widget/") == 1
