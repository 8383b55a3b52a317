// All that goes between this browser and the server: the HTTP API (see /api/openapi.json) and the event stream.
import { storage } from "./storage.js";

const PATIENCE_MS = 20_000;
// The server says something every 15 s.
export const SILENCE_MS = 40_000;
const LOOK_MS = 5000;
const LONGEST_WAIT_MS = 30_000;

/** A request that was refused. code and messages as the server gave them; retryAfterS: when it may be repeated. */
export class RefusedError extends Error {
  constructor(status, error, retryAfterS) {
    super(error?.code || `status ${status}`);
    this.status = status;
    this.messages = { vi: error?.message_vi, en: error?.message_en };
    this.retryAfterS = retryAfterS;
  }

  /** The same request will never be accepted. */
  get isFinal() {
    return [400, 409, 413, 415, 422].includes(this.status);
  }
}

const read = (response) => response.json();

export class Api {
  #base;
  #carries;

  constructor(base) {
    this.#base = base;
    // On a site of another origin, and where cookies are refused, the token travels in a header.
    this.#carries = base.origin !== location.origin;
  }

  /** Keep or open the visitor's session. isRefused: the cookie did not hold, so ask for a token from now on; identity: signed by the host. */
  async openSession(language, isRefused, identity) {
    const carries = (this.#carries ||= isRefused);
    const session = await this.post("session", { language, identity, ...(carries && { carry: "token" }) }).catch((error) => {
      // Who is signed in cannot be told: they are a visitor like any other.
      if (identity && error.status === 422) return this.openSession(language, isRefused);
      throw error;
    });
    if (session.token) storage.set("token", session.token);
    return session;
  }

  page(query) {
    return this.request(`messages?${new URLSearchParams(query)}`).then(read);
  }

  /** Post an object; the answer is one too. */
  post(path, body) {
    return this.request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }).then(read);
  }

  /** Anything of the API, with what proves who we are; a refusal is thrown. */
  async request(path, options) {
    return this.#check(await this.#fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS), ...options }));
  }

  #fetch(path, options) {
    const token = storage.get("token");
    const headers = { ...options.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    const credentials = this.#base.origin === location.origin ? "same-origin" : "omit";
    return fetch(new URL(path, this.#base), { ...options, headers, credentials, cache: "no-store" });
  }

  async #check(response) {
    if (response.ok) return response;
    const body = await response.json().catch(() => ({}));
    if (response.status === 401) storage.remove("token");
    throw new RefusedError(response.status, body.error, Number(response.headers.get("Retry-After")) || 0);
  }
}

/** Wait, or until there is a network again, or until the signal. */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); signal.removeEventListener("abort", done); resolve(); };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/** Yield {event, data} of a text/event-stream; anything that arrives calls onSign. */
async function* readEvents(body, onSign) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    onSign();
    const blocks = (rest + part.value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      if (fields.data) yield { event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

/** One connection, ended by the server, the network, the signal or long silence (which sleep is too: timers stop, the clock goes on). */
async function follow({ connect, onEvent, onState, onBeat, signal }) {
  const silence = new AbortController();
  let heardAt = Date.now();
  const onSign = () => { heardAt = Date.now(); onBeat(); };
  const look = () => { if (Date.now() - heardAt > SILENCE_MS) stop(); };
  const stop = () => silence.abort();
  const timer = setInterval(look, LOOK_MS);
  signal.addEventListener("abort", stop);
  document.addEventListener("visibilitychange", look);
  try {
    const response = await connect(silence.signal);
    onState("connected");
    for await (const { event, data } of readEvents(response.body, onSign)) onEvent(event, data);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", stop);
    document.removeEventListener("visibilitychange", look);
  }
}

/**
 * Follow the stream until the signal, or until a refusal that onRefused(error) calls final.
 * connect(signal) resolves to a Response; onBeat() hears every sign of life.
 */
export async function followStream({ onState, onRefused, signal, ...rest }) {
  let waitMs = 0;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      await follow({ onState, signal, ...rest });
    } catch (error) {
      if (error.status && onRefused(error)) return;
      waitMs = Math.max(waitMs, (error.retryAfterS || 0) * 1000);
    }
    if (signal.aborted) return;
    onState("connecting");
    if (Date.now() - began > 10_000) waitMs = 0;
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
    waitMs = Math.min(LONGEST_WAIT_MS, Math.max(500, waitMs * 2));
  }
}
