// The closed widget: a button with a badge. The conversation itself is loaded when it is first needed.
import { h, icon, sheet } from "./dom.js";
import { storage } from "./storage.js";

const BUBBLE = "M12 3C6.5 3 2 6.8 2 11.5c0 2.5 1.3 4.7 3.3 6.2-.1 1-.5 2.3-1.4 3.3 1.8-.1 3.5-.8 4.7-1.7 1.1.3 2.2.5 3.4.5 5.5 0 10-3.8 10-8.3S17.5 3 12 3z";
const LABELS = { vi: "Mở trò chuyện", en: "Open chat" };
const UNREAD = { vi: "tin chưa đọc", en: "unread" };

const STYLE = sheet(`
:host {
  --accent: var(--dong-hanh-accent, var(--accent-set, #0f766e));
  --on-accent: var(--dong-hanh-on-accent, var(--on-accent-set, #fff));
  position: fixed; right: var(--dong-hanh-right, max(16px, env(safe-area-inset-right)));
  bottom: var(--dong-hanh-bottom, max(16px, env(safe-area-inset-bottom)));
  z-index: var(--dong-hanh-z, 2147483000); font: 16px/1.5 var(--dong-hanh-font, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif);
}
:host([hidden]), [hidden] { display: none !important; }
.launcher {
  display: grid; place-items: center; position: relative; width: 60px; height: 60px; border: 2px solid transparent; border-radius: 50%; cursor: pointer;
  background: var(--accent); color: var(--on-accent); box-shadow: 0 8px 24px rgb(0 0 0 / .28);
}
.launcher:hover { filter: brightness(1.1); }
.launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.launcher .icon { width: 28px; height: 28px; fill: currentColor; }
.badge {
  position: absolute; top: -2px; right: -2px; min-width: 22px; height: 22px; padding: 0 6px; box-sizing: border-box; border-radius: 11px;
  background: #c62828; color: #fff; font-size: 13px; line-height: 22px; font-weight: 600;
}
@media print { :host { display: none; } }
`);

/**
 * <dong-hanh-chat>: attributes in (lang, colour, api, open), events out (see tell).
 * What stands inside the element is shown only where scripts do not run.
 */
export class DongHanhChat extends HTMLElement {
  static observedAttributes = ["colour", "lang"];
  #badge = h("span", { class: "badge", hidden: true });
  #button = h("button", { class: "launcher", type: "button", click: () => this.open() }, icon(BUBBLE), this.#badge);
  #loading = null;
  #unread = 0;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
    this.shadowRoot.append(this.#button);
  }

  connectedCallback() {
    this.#label();
    storage.useFor(this.api);
    this.#arrive();
    this.identity ??= this.getAttribute("identity");
    if (this.hasAttribute("open") || storage.isOpen()) this.open({ withFocus: false });
    else if (storage.get("talked")) this.#load();
  }

  disconnectedCallback() {
    this.#loading?.then((panel) => panel.stop());
    this.#loading = null;
  }

  attributeChangedCallback(name, before, value) {
    if (name === "colour" && value) this.paint(value);
    if (name === "lang") this.#label();
  }

  /** Where the API lives: beside the script, unless the page says otherwise. */
  get api() {
    return new URL(this.getAttribute("api") || "../api/website/", import.meta.url);
  }

  /** "vi" or "en", by the nearest lang attribute. */
  get language() {
    return (this.closest("[lang]")?.lang || "vi").startsWith("en") ? "en" : "vi";
  }

  /** Show the conversation. */
  async open({ withFocus = true } = {}) {
    const panel = await this.#load();
    this.#button.hidden = true;
    panel.show({ withFocus });
    this.tell("open");
  }

  /** Hide the conversation; it goes on, and the badge counts what arrives. */
  async close() {
    (await this.#load()).hide();
    this.#button.hidden = false;
    this.#button.focus();
    this.tell("close");
  }

  /** Show the conversation and say something on the visitor's behalf. */
  async ask(text) {
    await this.open();
    (await this.#load()).say(text);
  }

  /** Take a colour for the widget; its text turns black or white, whichever reads better. */
  paint(colour) {
    const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim())?.[1];
    if (!hex) return;
    const [red, green, blue] = [0, 2, 4].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2);
    this.style.setProperty("--accent-set", `#${hex}`);
    this.style.setProperty("--on-accent-set", 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.36 ? "#10201d" : "#fff");
  }

  /** Let the page know: dong-hanh-open, dong-hanh-close, dong-hanh-message, dong-hanh-unread. */
  tell(what, detail) {
    this.dispatchEvent(new CustomEvent(`dong-hanh-${what}`, { detail, bubbles: true, composed: true }));
  }

  /** Show on the badge and in the page's title how many answers are unseen. */
  countUnread(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 99 ? "99+" : count;
    document.title = (count ? `(${this.#badge.textContent}) ` : "") + document.title.replace(/^\(\d+\+?\) /, "");
    this.#label();
    this.tell("unread", { count });
  }

  /** Remember in this tab that a campaign, a friend, a receipt or another site led here. */
  #arrive() {
    const { referrer } = document;
    const { href, host, search } = location;
    if (!/[?&](utm_\w+|\w+clid|ref|receipt)=/.test(search) && (!referrer || new URL(referrer).host === host)) return;
    const [first, last] = storage.arrivals();
    if ((last ?? first)?.page !== href) storage.setArrivals([first, { at: new Date(), page: href.slice(0, 2000), referrer: referrer.slice(0, 2000) }].filter(Boolean));
  }

  /** Say who is signed in on the page: a token signed by its server, or a function that fetches one; null when they signed out. */
  identify(identity) {
    this.identity = identity;
    this.#loading?.then((panel) => panel.renew());
  }

  #label() {
    const unread = this.#unread ? ` (${this.#unread} ${UNREAD[this.language]})` : "";
    this.#button.setAttribute("aria-label", LABELS[this.language] + unread);
  }

  #load() {
    this.#loading ??= import("./panel.js").then(({ Panel }) => new Panel(this).start());
    this.#loading.catch(() => { this.#loading = null; });
    return this.#loading;
  }
}
