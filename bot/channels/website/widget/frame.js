// Inside the frame: the widget fills it, and speaks with the page around it, which the server named, and with nobody else.
import { sheet } from "./dom.js";
import { storage } from "./storage.js";
import "./dong-hanh-chat.js";

const { host } = document.documentElement.dataset;
const chat = document.querySelector("dong-hanh-chat");
document.adoptedStyleSheets = [sheet("html { color-scheme: light dark; background: transparent; } dong-hanh-chat { --dong-hanh-right: 10px; --dong-hanh-bottom: 10px; }")];

const tell = (what, detail) => parent.postMessage({ donghanh: what, ...detail }, host);
for (const what of ["open", "close", "unread"]) chat.addEventListener(`dong-hanh-${what}`, ({ detail }) => tell(what, detail));

const orders = {
  open: () => chat.open(),
  ask: ({ text }) => typeof text === "string" && chat.ask(text),
  identify: ({ token }) => (typeof token === "string" || token === null) && chat.identify(token),
  arrive: ({ arrivals }) => Array.isArray(arrivals) && !storage.arrivals().length && storage.setArrivals(arrivals.slice(0, 2)),
};
addEventListener("message", ({ origin, source, data }) => {
  if (origin === host && source === parent && Object.hasOwn(orders, data?.donghanh)) orders[data.donghanh](data);
});
tell("ready");
