// The menu: people, rating, a copy of the conversation, and the visitor's own data in plain words.
import { h, sheet } from "./dom.js";

const STYLE = sheet(`
.sheet { position: absolute; inset: 64px 8px auto; z-index: 2; max-height: 75%; overflow-y: auto; padding: 8px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); box-shadow: 0 12px 32px rgb(0 0 0 / .25); }
.sheet button { display: block; width: 100%; padding: 10px 12px; border-radius: 10px; text-align: start; }
.sheet button:hover { background: var(--tint); }
.sheet p { margin: 6px 12px 10px; font-size: 15px; }
.sheet h2 { margin: 6px 12px; font-size: 17px; }
`);

/** Open the menu over the log, or close it when it is open. */
export function openMenu(context, parts) {
  const { conversation, words, use } = context;
  const root = parts.menu.getRootNode();
  if (!root.adoptedStyleSheets.includes(STYLE)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, STYLE];
  const send = (command) => () => { close(); conversation.send({ command, label: words[command] }); context.home(); };
  const close = () => { open?.remove(); parts.menu.setAttribute("aria-expanded", "false"); root.removeEventListener("pointerdown", onOutside); };
  const onOutside = (event) => { if (!open.contains(event.target) && event.target !== parts.menu) close(); };
  const onKey = (event) => {
    const items = [...open.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((items.indexOf(root.activeElement) + step) % items.length).focus();
    else if (event.key === "Escape") { close(); parts.menu.focus(); } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const item = (label, work) => h("button", { type: "button", click: work }, label);
  const then = (work) => () => { close(); work(); };
  const show = (...nodes) => { open.replaceChildren(...nodes); open.querySelector("button").focus(); };
  const privacy = () => show(
    h("h2", {}, words.privacyTitle), ...words.privacyText.map((text) => h("p", {}, text)),
    item(words.agree, send("agree")), item(words.refuse, send("refuse")), item(words.copy, send("copy")), item(words.forget, send("forget")));

  let open = root.querySelector(".sheet");
  if (open) return close();
  open = h("div", { class: "sheet", role: "group", "aria-label": words.title, keydown: onKey });
  parts.menu.setAttribute("aria-expanded", "true");
  parts.menu.parentNode.after(open);
  root.addEventListener("pointerdown", onOutside);
  show(
    item(words.staff, send("staff")),
    item(words.rate, then(() => use("rating", "askRating", parts.form))),
    item(words.transcript, then(() => use("transcript", "saveTranscript"))),
    item(words.privacyTitle, privacy));
}
