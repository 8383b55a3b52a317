// The conversation of this visitor: what was said, what still waits to be sent, who is typing.
// Nothing here knows how it looks; the panel listens to its events.
import { followStream, pause } from "./connection.js";
import { drafts } from "./drafts.js";
import { storage } from "./storage.js";
import { alone, Tabs } from "./tabs.js";

const TYPING_LASTS_MS = 25_000;
const PAGE = 50;
const LONGEST_WAIT_S = 30;

export class Conversation extends EventTarget {
  language;
  session = null;
  responder = { kind: "bot", name: "" };
  // The place in the queue for staff, from 1; null while nobody waits.
  position = null;
  // connecting, connected, offline
  state = "connecting";
  isTyping = false;
  hasOlder = false;
  #api;
  #findIdentity;
  #tabs;
  #log = new Map();
  #unsent = new Map();
  #lastSeq = 0;
  #mustReload = true;
  #isSending = false;
  #hasMore = false;
  // What unsent messages wait for: null, "network" or "slow".
  #waits = null;
  #waitS = 0;
  #notBefore = 0;
  #following = null;
  #isRefused = false;
  #typingTimer;
  #sendTimer;
  #ended = new AbortController();

  /** What the panel's parts ask of the server by themselves. */
  get api() {
    return this.#api;
  }

  constructor(api, base, language, findIdentity) {
    super();
    this.#api = api;
    this.language = language;
    this.#findIdentity = findIdentity;
    this.#tabs = new Tabs(`dong-hanh:${base.href}`, { lead: (signal) => this.#lead(signal), onNews: (news) => this.#hear(news) });
  }

  /** Everything said, oldest first. */
  get messages() {
    return [...this.#log.values()].sort((one, other) => one.seq - other.seq);
  }

  /** Written, not yet accepted, oldest first. */
  get drafts() {
    return [...this.#unsent.values()];
  }

  /** How many answers nobody has looked at, in any tab. */
  get unread() {
    const seen = Number(storage.get("seen"));
    return this.messages.filter((message) => message.author !== "contact" && message.seq > seen).length;
  }

  /** Somebody looks at everything there is. */
  see() {
    if (Number(storage.get("seen")) === this.#lastSeq) return;
    storage.set("seen", this.#lastSeq);
    this.#tabs.pass({ event: "seen" });
    this.#emit("seen");
  }

  /** Begin, and keep trying until there is a server. */
  async start() {
    const { signal } = this.#ended;
    addEventListener("online", () => this.#become("connected"), { signal });
    addEventListener("offline", () => this.#become("offline"), { signal });
    for (const draft of await drafts.all()) this.#show(draft);
    for (let waitS = 0.5; this.#mustReload && !signal.aborted; waitS = Math.min(LONGEST_WAIT_S, waitS * 2)) {
      try {
        await this.renew();
      } catch (error) {
        this.#become("connecting");
        await pause(Math.max(waitS, error.retryAfterS || 0) * 1000, signal);
      }
    }
    if (!signal.aborted) this.#tabs.start();
  }

  stop() {
    this.#ended.abort();
    this.#tabs.stop();
    clearTimeout(this.#sendTimer);
    clearTimeout(this.#typingTimer);
  }

  /** Send {text}, or {label} with choice, command or file: kept until the server has written it down, sent once. */
  send(content) {
    return this.#keep(drafts.make(content));
  }

  retry(draft) {
    return this.#keep({ ...draft, failed: undefined });
  }

  discard(draft) {
    this.#forget(draft.id);
    this.#tabs.pass({ event: "discard", data: draft });
    this.#emit("discard", draft);
  }

  /** Read what was said before the oldest message shown. */
  async loadOlder() {
    const { messages, has_more } = await this.#api.page({ before: this.messages[0]?.seq ?? 1, limit: PAGE });
    this.hasOlder = has_more;
    this.#takeAll(messages);
  }

  async #reload() {
    const { messages, has_more } = await this.#api.page({ limit: PAGE });
    this.#log.clear();
    this.#mustReload = false;
    this.hasOlder = has_more;
    this.#lastSeq = messages.at(-1)?.seq ?? 0;
    if (Number(storage.get("seen")) > this.#lastSeq) storage.set("seen", this.#lastSeq);
    this.#emit("reset");
    this.#takeAll(messages);
    this.#flush();
  }

  async #lead(signal) {
    while (!signal.aborted) {
      this.#following = new AbortController();
      const stop = () => this.#following.abort();
      signal.addEventListener("abort", stop);
      let isRefused = false;
      await followStream({
        signal: this.#following.signal,
        connect: (end) => this.#connect(end),
        onEvent: (event, data) => this.#receive(event, data),
        onBeat: () => this.#tabs.pass({ event: "beat" }),
        onState: (state) => this.#become(state),
        onRefused: (error) => (isRefused = error.status === 401),
      });
      signal.removeEventListener("abort", stop);
      if (isRefused) await this.renew().catch(() => pause(5000, signal));
    }
  }

  async #connect(signal) {
    if (this.#mustReload) await this.#reload();
    return this.#api.request(`stream?after=${this.#lastSeq}`, { signal });
  }

  /** An event of our own stream. */
  #receive(event, data) {
    this.#tabs.pass({ event, data, after: this.#lastSeq });
    this.#handle(event, data);
  }

  /** News from the tab that holds the stream; if we missed something before it, we ask. */
  async #hear({ event, data, after }) {
    if (event === "beat") return this.#become("connected");
    if (event === "reset") return this.#restart();
    if (event === "draft") return this.#show(data);
    if (event === "discard") this.#unsent.delete(data.id);
    if (event === "seen" || event === "discard") return this.#emit(event, data);
    if (event !== "message" || after === this.#lastSeq) return this.#handle(event, data);
    return this.#catchUp();
  }

  async #catchUp() {
    for (let page = { has_more: true }; page.has_more; ) {
      page = await this.#api.page({ after: this.#lastSeq });
      this.#takeAll(page.messages, { isNew: true });
    }
  }

  #handle(event, data) {
    if (event === "message") this.#takeAll([data], { isNew: true });
    else if (event === "typing") this.#type(data.is_typing);
    else if (event === "responder") this.#emit("responder", (this.responder = data));
    else if (event === "waiting") this.#emit("waiting", (this.position = data.position));
    else if (event === "consent") data.is_granted && this.#arrive();
    else if (event === "reset") this.#mustReload = true;
  }

  #takeAll(messages, { isNew = false } = {}) {
    for (const message of messages) {
      if (isNew) this.#lastSeq = Math.max(this.#lastSeq, message.seq);
      this.#take(message, isNew);
    }
    if (!isNew) this.#emit("page");
  }

  #take(message, isNew) {
    if (message.client_id) this.#forget(message.client_id);
    if (isNew && message.author !== "contact") this.#type(false);
    const known = this.#log.get(message.seq);
    if (known && !known.isOurs) return;
    this.#log.set(message.seq, message);
    storage.set("talked", "1");
    this.#emit("message", { message, isNew });
  }

  /** Keep a draft, then send it; it is shown before it is safe. */
  async #keep(draft) {
    this.#show(draft);
    await drafts.keep(draft);
    this.#tabs.pass({ event: "draft", data: draft });
    this.#flush();
  }

  #forget(id) {
    if (this.#unsent.delete(id)) return drafts.remove(id);
  }

  /** With consent, tell where the visitor came from. */
  async #arrive() {
    if (storage.arrivals().length) (await import("./account.js")).tellArrivals(this.#api);
  }

  async #flush() {
    this.#hasMore = true;
    if (this.#isSending || this.#mustReload || Date.now() < this.#notBefore) return;
    this.#isSending = true;
    clearTimeout(this.#sendTimer);
    if (this.#waits) this.#wait(null);
    let waitS = 0;
    while (this.#hasMore && !waitS) {
      this.#hasMore = false;
      for (let draft = await this.#nextDraft(); draft && !waitS; draft = await this.#nextDraft()) waitS = await this.#deliver(draft);
    }
    this.#isSending = false;
    if (waitS && !this.#ended.signal.aborted) this.#sendTimer = setTimeout(() => this.#flush(), waitS * 1000 + 50);
  }

  /** The oldest draft of all tabs; one written by another tab is ours now too. */
  async #nextDraft() {
    const next = (await drafts.all()).find((draft) => !draft.failed);
    if (next && !this.#unsent.has(next.id)) this.#unsent.set(next.id, next);
    return next;
  }

  /** Send one draft; returns the seconds to wait before the next attempt, 0 when it is settled. */
  async #deliver(draft) {
    const { id, text, choice, command, label, at, file } = draft;
    const { language } = this;
    try {
      const written = file ? await (await import("./attachments.js")).deliver(this.#api, { id, file, language }) : await this.#api.post("messages", { id, text, choice, command, language });
      this.#waitS = 0;
      await this.#forget(id);
      // Until the stream brings it as it was written down.
      this.#take({ ...written, author: "contact", text: text ?? label, at: new Date(at).toISOString(), isOurs: true }, true);
      return 0;
    } catch (error) {
      return this.#failed(draft, error);
    }
  }

  async #failed(draft, error) {
    if (error.isFinal) {
      const refused = { ...draft, failed: error.messages };
      await drafts.keep(refused);
      this.#show(refused);
      return 0;
    }
    if (error.status === 401 && (await this.renew().then(() => true, () => false))) return 0.2;
    this.#waitS = error.retryAfterS || Math.min(LONGEST_WAIT_S, Math.max(1, this.#waitS * 2));
    this.#notBefore = error.retryAfterS ? Date.now() + error.retryAfterS * 1000 : 0;
    if (!navigator.onLine) this.#become("offline");
    this.#wait(error.status === 429 ? "slow" : "network");
    return this.#waitS;
  }

  /** Say of all unsent messages what they wait for; those that arrived meanwhile are no longer among them. */
  #wait(reason) {
    this.#waits = reason;
    this.drafts.forEach((draft) => this.#show(draft));
  }

  #show(draft) {
    if (this.messages.some((message) => message.client_id === draft.id)) return;
    this.#unsent.set(draft.id, draft);
    this.#emit("draft", draft.failed ? draft : { ...draft, waits: this.#waits });
  }

  /** Open a session, or another when it is gone. Where not even its cookie holds, carry a token instead. */
  async renew() {
    const isReplaced = this.session;
    const identity = await this.#findIdentity();
    const open = () => this.#api.openSession(this.language, this.#isRefused, identity);
    // Two tabs opened at once must not become two visitors.
    this.session = await alone("dong-hanh:session", open);
    this.responder = this.session.responder;
    this.#emit("session");
    if (this.session.consent) this.#arrive();
    this.#isRefused = true;
    await this.#restart();
    this.#isRefused = false;
    if (isReplaced) this.#tabs.pass({ event: "reset" });
  }

  /** Read the log anew; a stream of ours begins anew too, for the session that is now. */
  async #restart() {
    await this.#reload();
    this.#following?.abort();
  }

  #type(isTyping) {
    clearTimeout(this.#typingTimer);
    if (isTyping) this.#typingTimer = setTimeout(() => this.#type(false), TYPING_LASTS_MS);
    if (isTyping !== this.isTyping) this.#emit("typing", (this.isTyping = isTyping));
  }

  #become(state) {
    if (state !== this.state) this.#emit("state", (this.state = state));
    if (state === "connected") this.#flush();
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
