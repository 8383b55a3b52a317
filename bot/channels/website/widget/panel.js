// The open widget: header, log, input. Shows a Conversation and hands it what the visitor does.
import { answerNode, ownNode } from "./bubbles.js";
import { Api } from "./connection.js";
import { Conversation } from "./conversation.js";
import { h, icon } from "./dom.js";
import { storage } from "./storage.js";
import { STYLE } from "./style.js";

const CLIP = "M16.5 6v10.5a4 4 0 0 1-8 0V5a2.5 2.5 0 0 1 5 0v10.5a1 1 0 0 1-2 0V6H10v9.5a2.5 2.5 0 0 0 5 0V5a4 4 0 0 0-8 0v11.5a5.5 5.5 0 0 0 11 0V6z";
const SEND = "M3 20.5v-6.7l8-1.8-8-1.8V3.5L22 12z";
const MAX_TEXT = 4000;
const TYPING_AFTER_MS = 250;
const AFTER_ALL = 2 ** 40;

export class Panel {
  #host;
  /** Who is signed in on the page has changed. */
  async renew() {
    (await import("./account.js")).renew(this.#conversation, this.#host.identity);
  }

  #conversation;
  #words;
  #node = null;
  #parts = {};
  #shown = new Map();
  #wasStaff = false;
  #typingTimer;

  constructor(host) {
    this.#host = host;
    this.#conversation = new Conversation(new Api(host.api), host.api, this.#chosenLanguage(), () => host.identity?.call?.() ?? host.identity ?? undefined);
    this.#listen();
  }

  /** Load the words, build the panel, begin the conversation. */
  async start() {
    const root = this.#host.shadowRoot;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, STYLE];
    await this.#build();
    this.#fitKeyboard();
    document.addEventListener("visibilitychange", this.#look);
    this.#conversation.start();
    return this;
  }

  stop() {
    document.removeEventListener("visibilitychange", this.#look);
    this.#conversation.stop();
    this.#node.remove();
  }

  show({ withFocus }) {
    this.#node.hidden = false;
    storage.setOpen(true);
    this.#toEnd();
    this.#look();
    if (withFocus) this.#parts.input.focus();
  }

  hide() {
    this.#node.hidden = true;
    storage.setOpen(false);
  }

  say(text) {
    if (text.trim()) this.#conversation.send({ text: text.trim() });
  }

  #chosenLanguage() {
    const [page, chosen] = (storage.get("language") ?? "").split(">");
    return page === this.#host.language && chosen ? chosen : this.#host.language;
  }

  #listen() {
    const on = (name, work) => this.#conversation.addEventListener(name, ({ detail }) => this.#node && work(detail));
    for (const name of ["session", "responder", "page", "state", "waiting"]) on(name, () => this.#describe());
    for (const name of ["page", "seen"]) on(name, this.#look);
    on("message", ({ message, isNew }) => this.#receive(message, isNew));
    on("draft", (draft) => { this.#place(draft); this.#toEnd(); });
    on("discard", (draft) => this.#drop(draft.id));
    on("reset", () => this.#fill());
    on("typing", (isTyping) => this.#type(isTyping));
  }

  async #build() {
    const language = this.#conversation.language;
    this.#words = (await (language === "en" ? import("./words-en.js") : import("./words-vi.js"))).default;
    const [old, written] = [this.#node, this.#parts.input?.value];
    this.#node = this.#panel(language);
    this.#node.hidden = old?.hidden ?? true;
    this.#parts.input.value = written ?? "";
    old?.remove();
    this.#host.shadowRoot.append(this.#node);
    this.#fill();
  }

  #panel(language) {
    const w = this.#words;
    const p = (this.#parts = {});
    p.name = h("strong", { class: "name" });
    p.responder = h("span", { class: "responder", "aria-live": "polite" });
    p.face = h("span", { class: "face", "aria-hidden": "true" });
    p.notice = h("div", { class: "notice", role: "status", hidden: true });
    p.waiting = h("div", { class: "waiting", role: "status", hidden: true });
    p.menu = h("button", { type: "button", class: "more", "aria-label": w.menu, "aria-expanded": "false", click: () => this.#use("menu", "openMenu", p) }, "⋯");
    p.older = h("button", { type: "button", class: "older", hidden: true, click: () => this.#loadOlder() }, w.older);
    p.intro = h("div", { class: "intro" });
    p.list = h("ol", { class: "list" });
    p.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": w.log, tabindex: "0", scroll: () => this.#offerNewest() }, p.older, p.intro, p.list);
    p.typing = h("div", { class: "typing", role: "status" });
    p.hint = h("div", { class: "hint", role: "status" });
    p.newest = h("button", { type: "button", class: "newest", "aria-label": w.newest, hidden: true, click: () => this.#toEnd() }, "↓");
    p.input = h("textarea", { rows: "1", maxlength: MAX_TEXT, placeholder: w.placeholder, "aria-label": w.input, enterkeyhint: "send", autocomplete: "off",
      input: () => this.#grow(), keydown: (event) => this.#onKey(event) });
    p.attach = h("button", { type: "button", class: "attach", "aria-label": w.attach, hidden: true,
      click: () => this.#use("attachments", "pickFiles", p.form) }, icon(CLIP));
    p.form = h("form", { class: "composer", submit: (event) => { event.preventDefault(); this.#submit(); } },
      p.attach, p.input, h("button", { class: "send", "aria-label": w.send }, icon(SEND)));
    return h("section", { class: "panel", role: "dialog", lang: language, keydown: (event) => this.#onPanelKey(event) },
      h("div", { class: "head" }, p.face, h("div", { class: "who" }, p.name, p.responder),
        h("button", { type: "button", class: "switch", lang: language === "en" ? "vi" : "en", "aria-label": w.switchLabel, click: () => this.#switchLanguage() }, w.switchTo),
        p.menu,
        h("button", { type: "button", class: "close", "aria-label": w.close, click: () => this.#host.close() }, "×")),
      p.notice, p.waiting, h("div", { class: "middle" }, p.log, p.newest), p.typing, p.hint, p.form, h("p", { class: "privacy" }, w.privacy));
  }

  /** Show everything anew, silently for screen readers. */
  #fill() {
    this.#parts.log.setAttribute("aria-busy", "true");
    this.#shown.clear();
    this.#parts.list.replaceChildren();
    this.#parts.intro.replaceChildren();
    this.#describe();
    for (const message of [...this.#conversation.messages, ...this.#conversation.drafts]) this.#place(message);
    this.#toEnd();
    requestAnimationFrame(() => this.#parts.log.removeAttribute("aria-busy"));
  }

  #describe() {
    const { session, responder, position, hasOlder, state } = this.#conversation;
    const { name, face, older, intro, notice, waiting, responder: line } = this.#parts;
    const isStaff = responder.kind === "staff";
    const business = session?.name ?? this.#host.getAttribute("name") ?? "";
    if (session && !this.#host.hasAttribute("colour")) this.#host.paint(session.colour);
    name.textContent = business;
    this.#node.setAttribute("aria-label", this.#words.title(business));
    if (this.#wasStaff && !isStaff) this.#use("rating", "askRating", this.#parts.form);
    this.#wasStaff = isStaff;
    waiting.hidden = !position;
    this.#write(waiting, position ? this.#words.waiting(position, session?.hours?.[this.#conversation.language] ?? "") : "");
    this.#write(line, isStaff ? this.#words.staffLong(responder.name) : this.#words.botLong);
    face.textContent = [...(isStaff ? responder.name : business)][0] ?? "";
    older.hidden = !hasOlder;
    intro.hidden = hasOlder || !session;
    this.#parts.attach.hidden = !session?.upload_bytes;
    if (session && !intro.firstChild) this.#introduce(session);
    notice.hidden = state === "connected" || (state === "connecting" && !session);
    this.#write(notice, notice.hidden ? "" : this.#words[state]);
  }

  #write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  /** The greeting, and first questions until something is said. */
  #introduce({ greeting }) {
    const starters = this.#words.starters.map((text) => h("button", { type: "button", class: "choice", click: () => this.#ask(text) }, text));
    this.#parts.intro.append(
      h("div", { class: "bubble", dir: "auto" }, greeting[this.#conversation.language]),
      h("div", { class: "choices", role: "group", "aria-label": this.#words.choices }, ...(this.#shown.size ? [] : starters)));
  }

  #receive(message, isNew) {
    const wasAtEnd = this.#isAtEnd();
    this.#place(message);
    if (!isNew) return;
    if (wasAtEnd || message.author === "contact") this.#toEnd();
    else this.#offerNewest();
    this.#look();
    if (message.author !== "contact") this.#host.tell("message", { id: message.id, author: message.author });
  }

  /** Seen is what came while the panel was open in a tab in front. */
  #look = () => {
    if (!this.#node.hidden && document.visibilityState === "visible") this.#conversation.see();
    this.#host.countUnread(this.#conversation.unread);
  };

  /** Put a message or draft where it belongs; a draft's node becomes its message's. */
  #place(message) {
    const key = message.client_id || message.id;
    const order = message.seq ?? AFTER_ALL + message.at;
    let node = this.#shown.get(key);
    if (node) node.update(message);
    else this.#shown.set(key, (node = this.#render(message)));
    if (node.order === order) return;
    node.order = order;
    const next = [...this.#parts.list.children].find((other) => other !== node && other.order > order);
    if (!node.isConnected || node.nextSibling !== (next ?? null)) this.#parts.list.insertBefore(node, next ?? null);
    this.#parts.intro.lastChild?.replaceChildren();
  }

  #render(message) {
    const context = {
      words: this.#words, language: this.#conversation.language, onChoose: (choice) => this.#choose(choice),
      onFile: (attachment) => this.#use("attachments", "saveFile", attachment),
      onRetry: (draft) => this.#conversation.retry(draft), onDiscard: (draft) => this.#conversation.discard(draft),
    };
    return (message.author ?? "contact") === "contact" ? ownNode(message, context) : answerNode(message, context);
  }

  /** Do what is loaded only when it is needed: each such part gets the conversation and the panel's words. */
  async #use(part, work, ...rest) {
    const { [part]: words } = (await (this.#conversation.language === "en" ? import("./more-words-en.js") : import("./more-words-vi.js"))).default;
    (await import(`./${part}.js`))[work]({
      conversation: this.#conversation, words, say: (text) => this.#tell(text), use: (...more) => this.#use(...more), home: () => this.#refocus(),
    }, ...rest);
  }

  /** Say something of our own, which passes. */
  #tell(text) {
    this.#parts.hint.textContent = text;
  }

  #drop(key) {
    this.#shown.get(key)?.remove();
    this.#shown.delete(key);
  }

  #choose({ token, label }) {
    this.#conversation.send({ choice: token, label });
    this.#refocus();
  }

  #ask(text) {
    this.say(text);
    this.#refocus();
  }

  // The pressed button goes away: focus must not fall back to the page. Touch keeps its keyboard closed.
  #refocus() {
    (matchMedia("(pointer: coarse)").matches ? this.#parts.log : this.#parts.input).focus();
  }

  #submit() {
    const { input } = this.#parts;
    this.#tell("");
    this.say(input.value);
    input.value = "";
    this.#grow();
    input.focus();
  }

  #onKey(event) {
    // While Vietnamese is being composed, Enter belongs to the input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #onPanelKey(event) {
    if (event.key === "Escape") this.#host.close();
    if (event.key === "Tab" && this.#node.clientWidth >= innerWidth) this.#keepInside(event);
  }

  /** A panel that fills the screen hides the page: Tab stays inside. */
  #keepInside(event) {
    const all = [...this.#node.querySelectorAll("button, a, textarea, [tabindex]")].filter((node) => node.checkVisibility?.() ?? true);
    const leaves = event.shiftKey ? all[0] : all.at(-1);
    if (this.#host.shadowRoot.activeElement !== leaves) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0]).focus();
  }

  #grow() {
    const { input } = this.#parts;
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 132)}px`;
  }

  async #loadOlder() {
    const { log } = this.#parts;
    const fromEnd = log.scrollHeight - log.scrollTop;
    log.setAttribute("aria-busy", "true");
    await this.#conversation.loadOlder().catch(() => {});
    log.scrollTop = log.scrollHeight - fromEnd;
    log.removeAttribute("aria-busy");
    if (this.#parts.older.hidden) log.focus();
  }

  #type(isTyping) {
    clearTimeout(this.#typingTimer);
    const show = () => {
      const wasAtEnd = this.#isAtEnd();
      this.#parts.typing.replaceChildren(...(isTyping ? [h("span", { class: "unseen" }, this.#words.typing), ...[1, 2, 3].map(() => h("i", { class: "dot" }))] : []));
      if (wasAtEnd) this.#toEnd();
    };
    // Most answers are there before the dots could be seen.
    if (isTyping) this.#typingTimer = setTimeout(show, TYPING_AFTER_MS);
    else show();
  }

  #isAtEnd() {
    const { log } = this.#parts;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }

  #toEnd() {
    const { log } = this.#parts;
    log.scrollTop = log.scrollHeight;
    this.#parts.newest.hidden = true;
  }

  #offerNewest() {
    this.#parts.newest.hidden = this.#isAtEnd();
  }

  async #switchLanguage() {
    this.#conversation.language = this.#conversation.language === "en" ? "vi" : "en";
    storage.set("language", `${this.#host.language}>${this.#conversation.language}`);
    await this.#build();
    this.#node.querySelector(".switch").focus();
  }

  /** On phones the keyboard covers the page: the panel takes what is left. */
  #fitKeyboard() {
    const fit = () => this.#host.style.setProperty("--visible-height", `${visualViewport.height}px`);
    globalThis.visualViewport?.addEventListener("resize", fit);
  }
}
