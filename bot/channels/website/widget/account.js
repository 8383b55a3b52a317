// Who the visitor is to the page, and where they came from.
import { storage } from "./storage.js";

/** Somebody signed in, or out (identity is null): then this browser's token becomes worthless. */
export async function renew(conversation, identity) {
  if (identity === null) {
    await conversation.api.request("session/end", { method: "POST" }).catch(() => {});
    storage.remove("token");
  }
  await conversation.renew();
}

/** Tell once where this tab came from; the server keeps it only with consent. */
export async function tellArrivals(api) {
  await api.post("arrivals", { arrivals: storage.arrivals() }).then(() => storage.setArrivals([]), () => {});
}
