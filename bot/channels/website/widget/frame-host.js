// On the host's page: a frame with the widget in the corner. Nothing is taken but from the server's own frame, nothing told to anybody else.
(() => {
  const script = document.currentScript;
  const server = new URL(script.src).origin;
  const frame = document.createElement("iframe");
  const query = new URLSearchParams({ host: location.origin, lang: script.dataset.lang ?? document.documentElement.lang.slice(0, 2) });
  const tell = (order, detail) => frame.contentWindow?.postMessage({ donghanh: order, ...detail }, server);
  const fit = (isOpen) => {
    const [width, height] = isOpen ? ["min(424px, 100vw)", "min(684px, 100dvh)"] : ["84px", "84px"];
    Object.assign(frame.style, { width, height });
  };
  const hear = {
    ready: () => tell("arrive", { arrivals: [{ at: new Date().toISOString(), page: location.href.slice(0, 2000), referrer: document.referrer.slice(0, 2000) }] }),
    open: () => fit(true),
    close: () => fit(false),
    unread: ({ count }) => dispatchEvent(new CustomEvent("dong-hanh-unread", { detail: { count } })),
  };
  addEventListener("message", ({ origin, source, data }) => {
    if (origin === server && source === frame.contentWindow && Object.hasOwn(hear, data?.donghanh)) hear[data.donghanh](data);
  });
  frame.src = new URL(`frame?${query}`, script.src);
  frame.title = query.get("lang") === "en" ? "Chat" : "Trò chuyện";
  // The frame learns from us alone where the visitor came from.
  frame.referrerPolicy = "no-referrer";
  Object.assign(frame.style, { position: "fixed", right: "0", bottom: "0", border: "0", background: "transparent", colorScheme: "normal", zIndex: "2147483000" });
  fit(false);
  const show = () => document.body.append(frame);
  if (document.body) show();
  else addEventListener("DOMContentLoaded", show);
  window.DongHanh = { open: () => tell("open"), ask: (text) => tell("ask", { text }), identify: (token) => tell("identify", { token }) };
})();
