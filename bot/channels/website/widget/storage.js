// What must outlive a reload. Where the browser forbids storage it lives as long as the page.

const memory = new Map();
let prefix = "dong-hanh:";
let count = 0;

function attempt(work) {
  try { return work(); } catch { return null; }
}

export const storage = {
  /** Keep the values of different servers apart. */
  useFor(api) {
    prefix = `dong-hanh:${api.href}:`;
  },
  get(name) {
    return memory.get(name) ?? attempt(() => localStorage.getItem(prefix + name));
  },
  set(name, value) {
    if (attempt(() => localStorage.setItem(prefix + name, value) ?? true) === null) memory.set(name, value);
  },
  remove(name) {
    memory.delete(name);
    attempt(() => localStorage.removeItem(prefix + name));
  },
  /** Kept for this tab only: whether the panel is open. */
  isOpen: () => attempt(() => sessionStorage.getItem(`${prefix}open`)),
  setOpen: (isOpen) => attempt(() => sessionStorage.setItem(`${prefix}open`, isOpen ? 1 : "")),
};

/** Messages written but not yet accepted. One entry each, so that two tabs never overwrite each other's. */
export const drafts = {
  /** Keep a new draft: content is {text} or {choice, label}. Its id makes every repeat harmless. */
  add(content) {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, 0)).join("");
    const draft = { id, at: Date.now(), order: count++, ...content };
    this.keep(draft);
    return draft;
  },
  keep: (draft) => storage.set(`draft:${draft.id}`, JSON.stringify(draft)),
  remove: (id) => storage.remove(`draft:${id}`),
  /** All drafts of all tabs, oldest first. */
  all() {
    const start = `${prefix}draft:`;
    const kept = attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => localStorage[key])) ?? [];
    const held = [...memory].filter(([name]) => name.startsWith("draft:")).map(([, value]) => value);
    return [...kept, ...held].map((value) => JSON.parse(value)).sort((one, other) => one.at - other.at || one.order - other.order);
  },
};
