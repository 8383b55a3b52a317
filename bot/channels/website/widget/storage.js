// What must outlive a reload. Where the browser forbids storage it lives as long as the page.

const memory = new Map();
let prefix = "dong-hanh:";

function attempt(work) {
  try { return work(); } catch { return null; }
}

export const storage = {
  /** Keep the values of different servers apart. */
  useFor(api) {
    prefix = `dong-hanh:${api.href}:`;
  },
  /** The name of something of this server among all that the browser keeps. */
  named: (name) => prefix + name,
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
  /** Where this tab came from, first and last; it goes no further until the visitor consents, and with the tab at the latest. */
  arrivals: () => attempt(() => JSON.parse(sessionStorage.getItem(`${prefix}arrivals`))) ?? [],
  setArrivals: (arrivals) => attempt(() => sessionStorage.setItem(`${prefix}arrivals`, JSON.stringify(arrivals))),
  /** Kept for this tab only: whether the panel is open. */
  isOpen: () => attempt(() => sessionStorage.getItem(`${prefix}open`)),
  setOpen: (isOpen) => attempt(() => sessionStorage.setItem(`${prefix}open`, isOpen ? 1 : "")),
};
