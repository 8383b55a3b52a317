// The tabs of one browser share one stream.
import { SILENCE_MS } from "./connection.js";

/** Do something while no other tab does; a browser without locks, or a frame that is denied them, does it at once. */
export async function alone(name, work) {
  let hasBegun = false;
  const begin = () => { hasBegun = true; return work(); };
  try {
    return await navigator.locks.request(name, begin);
  } catch (error) {
    if (hasBegun) throw error;
    return begin();
  }
}

/** The tab in front holds the stream and passes everything on to the others. */
export class Tabs {
  #name;
  #lead;
  #channel = null;
  #stream = null;
  #running = Promise.resolve();
  #waiting = null;
  #ended = new AbortController();
  #timer;

  /** lead(signal) follows the stream until the signal; onNews(news) hears what another tab passes on. */
  constructor(name, { lead, onNews }) {
    this.#name = name;
    this.#lead = lead;
    if (!navigator.locks || !globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }) => { this.#expect(); onNews(data); };
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#seize(), { signal: this.#ended.signal });
    if (this.#channel) this.#queue(document.visibilityState === "visible");
    else this.#run();
  }

  /** Tell the other tabs. */
  pass(news) {
    this.#channel?.postMessage(news);
  }

  stop() {
    this.#ended.abort();
    this.#waiting?.abort();
    this.#stream?.abort();
    this.#channel?.close();
    clearTimeout(this.#timer);
  }

  // A tab in the background may be frozen with the stream in its hands: the one in front takes it over.
  #seize() {
    if (document.visibilityState === "visible" && this.#channel && !this.#stream) this.#queue(true);
  }

  #expect() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#seize(), SILENCE_MS);
  }

  #queue(steal) {
    this.#waiting?.abort();
    const waiting = (this.#waiting = new AbortController());
    navigator.locks.request(this.#name, steal ? { steal } : { signal: waiting.signal }, () => this.#run()).catch(({ name }) => {
      if (waiting.signal.aborted || this.#ended.signal.aborted) return;
      // A frame that is denied locks is alone.
      if (name === "SecurityError") return this.#run();
      // Another tab came to the front.
      this.#stream?.abort();
      this.#expect();
      this.#queue(false);
    });
  }

  #run() {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(async () => {
      if (this.#ended.signal.aborted) return;
      this.#stream = new AbortController();
      await this.#lead(this.#stream.signal);
      this.#stream = null;
    });
    return this.#running;
  }
}
