// Messages written but not yet accepted, in IndexedDB: they outlive the tab. Where the browser forbids it they live as long as the page.
import { storage } from "./storage.js";

const unkept = new Map();
let opening = null;
let count = 0;

function open() {
  opening ??= new Promise((resolve) => {
    const request = indexedDB.open(storage.named("drafts"), 1);
    request.onupgradeneeded = () => request.result.createObjectStore("drafts", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => resolve(null);
  }).catch(() => null);
  return opening;
}

/** The result of one request, once it is on the disk; null when the browser refuses. */
async function use(mode, work) {
  const database = await open();
  return new Promise((resolve) => {
    const transaction = database.transaction("drafts", mode);
    const request = work(transaction.objectStore("drafts"));
    transaction.oncomplete = () => resolve(request.result ?? true);
    transaction.onabort = () => resolve(null);
  }).catch(() => null);
}

export const drafts = {
  /** A new draft: content is {text}, or {label} with choice, command or file. Its id makes every repeat harmless. */
  make(content) {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, 0)).join("");
    return { id, at: Date.now(), order: count++, ...content };
  },
  async keep(draft) {
    if (!(await use("readwrite", (store) => store.put(draft)))) unkept.set(draft.id, draft);
  },
  remove(id) {
    unkept.delete(id);
    return use("readwrite", (store) => store.delete(id));
  },
  /** All drafts of all tabs, oldest first. */
  async all() {
    const kept = (await use("readonly", (store) => store.getAll())) ?? [];
    return [...kept, ...unkept.values()].sort((one, other) => one.at - other.at || one.order - other.order);
  },
};
