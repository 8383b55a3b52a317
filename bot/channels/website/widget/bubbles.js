// Turns messages into nodes. Everything people wrote goes in as text, never as markup.
import { h, safeUrl } from "./dom.js";

const LINK = /https?:\/\/[^\s<>"'“”‘’]+/gi;
const TRAILING = /[.,;:!?…)\]}]+$/;

/** Text with its web addresses as links. */
function linked(text, words) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(TRAILING, "");
    const href = safeUrl(address);
    if (!href) continue;
    parts.push(text.slice(end, index), outside(href, address, words));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

function outside(href, label, words) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, label, h("span", { class: "unseen" }, ` (${words.opensTab})`));
}

function choiceButton(choice, onChoose) {
  return h("button", { type: "button", class: "choice", click: () => onChoose(choice) }, choice.label);
}

function cardNode(card, words, onChoose) {
  const url = card.url && safeUrl(card.url);
  return h("li", { class: "card" },
    card.badge ? h("span", { class: "ribbon" }, card.badge) : null,
    h("strong", { dir: "auto" }, card.title),
    ...(card.lines ?? []).map((line) => h("span", { class: "line", dir: "auto" }, line)),
    url ? outside(url, words.more, words) : null,
    card.choice ? choiceButton(card.choice, onChoose) : null);
}

function time(at, language) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const format = { hour: "2-digit", minute: "2-digit", hour12: false, ...(!isToday && { day: "2-digit", month: "2-digit" }) };
  return h("time", { datetime: date.toISOString() }, date.toLocaleString(language === "en" ? "en-GB" : "vi-VN", format));
}

/** What the bot or staff said. */
export function answerNode(message, { words, language, onChoose }) {
  const { text, image_url: image, cards = [], choices = [] } = message;
  const source = image && safeUrl(image);
  const name = message.author === "staff" ? message.author_name : words.bot;
  return h("li", { class: "said", "data-author": message.author, lang: message.language },
    h("div", { class: "by", "aria-hidden": "true" }, h("b", { dir: "auto" }, name), " ", time(message.at, language)),
    h("span", { class: "unseen" }, `${name}: `),
    text ? h("div", { class: "bubble", dir: "auto" }, ...linked(text, words)) : null,
    source ? h("img", { class: "image", src: source, alt: words.image, loading: "lazy" }) : null,
    cards.length ? h("ul", { class: "cards", tabindex: "0", "aria-label": words.cards }, ...cards.map((card) => cardNode(card, words, onChoose))) : null,
    choices.length ? h("div", { class: "choices", role: "group", "aria-label": words.choices }, ...choices.map((choice) => choiceButton(choice, onChoose))) : null);
}

/**
 * What the visitor wrote: a message of the log, or a draft on its way. update(message) changes no more than what
 * is new, so that screen readers do not read it all again; of the states only a failure is read out.
 */
export function ownNode(first, { words, language, onRetry, onDiscard, onFile }) {
  const bubble = h("div", { class: "bubble", dir: "auto" });
  const line = h("div", { class: "state" });
  const remedy = h("div", { class: "remedy" });
  const node = h("li", { class: "said own", "data-author": "contact" }, h("span", { class: "unseen" }, `${words.you}: `), bubble, line, remedy);
  const button = (work, message, label) => h("button", { type: "button", click: () => work(message) }, label);
  node.update = (message) => {
    const { attachment } = message;
    const text = attachment?.name ?? message.text ?? message.label;
    const state = message.seq ? "sent" : message.failed ? "failed" : message.waits ?? "sending";
    const reason = message.failed?.[language];
    node.dataset.state = state;
    line.setAttribute("aria-live", reason ? "polite" : "off");
    if (attachment && !bubble.firstElementChild) bubble.replaceChildren(button(onFile, attachment, text));
    else if (bubble.textContent !== text) bubble.replaceChildren(...linked(text, words));
    line.replaceChildren(state === "sent" ? time(message.at, language) : "", ` ${words[state]}${reason ? ": " : ""}${reason ?? ""}`);
    remedy.replaceChildren(...(reason ? [button(onRetry, message, words.retry), button(onDiscard, message, words.discard)] : []));
  };
  node.update(first);
  return node;
}
