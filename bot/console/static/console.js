// Keeps an open page up to date, times counting and drafts safe. Without it every page still works.

const page = document.querySelector("[data-live]");
const log = document.querySelector("[data-bottom]");
const words = document.documentElement.dataset;
const known = new Map();

for (const region of regions(document)) remember(region);
forgetSent();
keepDrafts(document);
scrollDown();
setInterval(tellTimes, 20_000);
addEventListener("keydown", sendByKey);
addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-clears")) sessionStorage.clear();
});
if (page) follow();

async function follow() {
  for (let wait = 1; ; wait = Math.min(wait * 2, 16)) {
    await untilVisible();
    if (await listen()) wait = 1;
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    await refresh();
  }
}

// Reads the event stream until it ends; true when it had begun.
async function listen() {
  const ending = new AbortController();
  const hide = () => document.hidden && ending.abort();
  document.addEventListener("visibilitychange", hide);
  try {
    const stream = await fetch(`${page.dataset.live}seen=${page.dataset.version}`, { signal: ending.signal });
    if (stream.status === 401) location.assign(page.dataset.page);
    if (!stream.ok) return false;
    for await (const event of events(stream.body.pipeThrough(new TextDecoderStream()).getReader())) {
      if (event === "end") break;
      if (event === "news") await refresh();
    }
    return true;
  } catch {
    return false;
  } finally {
    document.removeEventListener("visibilitychange", hide);
  }
}

async function* events(reader) {
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("event: ")) yield line.slice(7);
  }
}

function untilVisible() {
  if (!document.hidden) return undefined;
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

async function refresh() {
  try {
    const answer = await fetch(page.dataset.page, { headers: { "X-Live": "1" } });
    // Signed out, or erased: nothing of what was shown may stay.
    if (answer.status === 401 || answer.status === 404) location.assign(page.dataset.page);
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The network is away: the next round tries again.
  }
}

function show(fresh) {
  const focused = document.activeElement?.id;
  const wasDown = isDown();
  document.title = fresh.title;
  page.dataset.version = fresh.querySelector("[data-live]").dataset.version;
  for (const region of regions(fresh)) {
    if (region.hasAttribute("data-keyed")) matchLines(region);
    else replace(region);
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  if (wasDown) scrollDown();
}

// Adds, replaces and removes lines until the list says what the server says.
function matchLines(list) {
  const target = document.getElementById(list.id);
  const kept = new Set([...list.children].map((line) => line.id));
  for (const line of [...target.children]) if (!kept.has(line.id)) line.remove();
  for (const line of [...list.children]) {
    if (document.getElementById(line.id)) replace(line);
    else {
      remember(line);
      target.append(line);
    }
  }
}

// Puts a fresh element in place of the one with its id, if the server says something else than before.
function replace(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old || known.get(fresh.id) === version(fresh)) return;
  remember(fresh);
  for (const open of old.querySelectorAll("details[open][id]")) fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
  old.replaceWith(fresh);
  keepDrafts(fresh);
}

function regions(root) {
  return [...root.querySelectorAll("[data-region]")];
}

function remember(region) {
  if (!region.hasAttribute("data-keyed")) known.set(region.id, version(region));
  else for (const line of region.children) known.set(line.id, version(line));
}

function version(element) {
  return element.dataset.version ?? element.innerHTML;
}

function isDown() {
  return log && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}

function scrollDown() {
  if (log) log.scrollTop = log.scrollHeight;
}

function tellTimes() {
  for (const time of document.querySelectorAll("time[data-since]")) time.textContent = span(Date.now() - Date.parse(time.dateTime));
}

function span(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return words.justNow;
  if (minutes < 60) return words.minutes.replace("{n}", minutes);
  if (minutes < 48 * 60) return words.hours.replace("{n}", Math.floor(minutes / 60));
  return words.days.replace("{n}", Math.floor(minutes / 1440));
}

// A draft outlives a reload and a session that ended; it goes when the server says that it has it.
function keepDrafts(root) {
  for (const area of root.querySelectorAll("[data-draft]")) {
    if (!area.value) area.value = sessionStorage.getItem(area.dataset.draft) ?? "";
    if (area.value) area.closest("details")?.setAttribute("open", "");
    area.addEventListener("input", () => sessionStorage.setItem(area.dataset.draft, area.value));
  }
}

function forgetSent() {
  const sent = new URLSearchParams(location.search).get("sent");
  if (!sent) return;
  for (const area of document.querySelectorAll("[data-draft]")) {
    if (area.dataset.draft.startsWith(`${sent}-`)) sessionStorage.removeItem(area.dataset.draft);
  }
  history.replaceState(null, "", page?.dataset.page ?? location.pathname);
}

function sendByKey(event) {
  const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (isSending && event.target.matches?.("textarea")) event.target.form?.requestSubmit();
}
