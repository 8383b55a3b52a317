// One to five: asked when staff have finished, and from the menu. The answer is a message like any other.
import { h, sheet } from "./dom.js";

const STYLE = sheet(`
.rating { padding: 8px 14px; border-top: 1px solid var(--line); }
.rating p { margin: 0; font-size: 15px; }
.rating div { display: flex; gap: 6px; margin-top: 6px; }
.rating .star { flex: 1; padding: 0; border: 1.5px solid var(--muted); border-radius: 12px; font-weight: 600; }
.rating .star:hover { background: var(--tint); }
`);

/** Ask above the composer; asked twice it is asked once. */
export function askRating({ conversation, words, home }, form) {
  const root = form.getRootNode();
  if (!root.adoptedStyleSheets.includes(STYLE)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, STYLE];
  root.querySelector(".rating")?.remove();
  const rate = (score) => { asked.remove(); conversation.send({ command: `rate_${score}`, label: words.given(score) }); home(); };
  const button = (score) => h("button", { type: "button", class: "star", "aria-label": words.score(score), click: () => rate(score) }, `${score} ★`);
  const asked = h("div", { class: "rating", role: "group", "aria-label": words.question },
    h("p", { role: "status" }, words.question),
    h("div", {}, ...[1, 2, 3, 4, 5].map(button), h("button", { type: "button", "aria-label": words.later, click: () => { asked.remove(); home(); } }, "×")));
  form.before(asked);
  const log = root.querySelector(".log");
  log.scrollTop = log.scrollHeight;
}
