// The whole conversation as a text file, made in the browser.
import { h } from "./dom.js";

const PAGE = 100;

/** Read everything that was said and save it. */
export async function saveTranscript({ conversation, words, say }) {
  try {
    const lines = (await readAll(conversation.api)).map((message) => line(message, words, conversation.language));
    const text = [words.head(conversation.session.name, new Date().toLocaleString(locale(conversation.language))), "", ...lines, ""].join("\r\n");
    // The mark at the beginning tells old editors that this is UTF-8.
    const href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain" }));
    h("a", { href, download: words.file }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  } catch {
    say(words.failed);
  }
}

async function readAll(api) {
  let all = [];
  for (let page = { has_more: true }; page.has_more; all = [...page.messages, ...all]) {
    page = await api.page({ limit: PAGE, ...(all.length && { before: all[0].seq }) });
  }
  return all;
}

const locale = (language) => (language === "en" ? "en-GB" : "vi-VN");

function line(message, words, language) {
  const who = message.author === "contact" ? words.you : message.author_name || words.bot;
  const cards = (message.cards ?? []).map((card) => [card.title, ...(card.lines ?? [])].join(", "));
  const said = [message.text, message.attachment && `[${message.attachment.name}]`, ...cards].filter(Boolean).join("\r\n  ");
  return `[${new Date(message.at).toLocaleString(locale(language))}] ${who}: ${said}`;
}
