// Files: chosen by the visitor, kept and sent like any other message, and given back.
import { h } from "./dom.js";

const KINDS = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", ".txt", ".log", ".csv", ".conf", ".md"];
const AT_ONCE = 5;
const PATIENCE_MS = 120_000;

/** Let the visitor choose files; what cannot be taken is told at once. */
export function pickFiles({ conversation, words, say }) {
  const input = h("input", { type: "file", multiple: true, accept: KINDS.join(","), change: () => send(conversation, words, say, [...input.files]) });
  input.click();
}

function send(conversation, words, say, files) {
  const max = conversation.session.upload_bytes;
  const problem = (file) => (file.size > max && words.tooLarge(file.name, max / 1e6)) || (!file.size && words.empty(file.name));
  say([files.length > AT_ONCE && words.tooMany(AT_ONCE), ...files.map(problem)].filter(Boolean).join(" "));
  for (const file of files.slice(0, AT_ONCE)) if (!problem(file)) conversation.send({ file, label: file.name });
}

/** Send a file; its id makes every repeat harmless. */
export async function deliver(api, { id, file, language }) {
  const query = new URLSearchParams({ id, name: file.name, language });
  const headers = { "Content-Type": "application/octet-stream" };
  return (await api.request(`uploads?${query}`, { method: "POST", body: file, headers, signal: AbortSignal.timeout(PATIENCE_MS) })).json();
}

/** Save a file that was sent. */
export async function saveFile({ conversation, words, say }, { id, name }) {
  try {
    const href = URL.createObjectURL(await (await conversation.api.request(`uploads/${id}`)).blob());
    h("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  } catch {
    say(words.gone(name));
  }
}
