// Says that this page is open and whether something is being typed; learns who waits, and tells it by badge,
// sound or desktop notice if the reader asked for that on this device.

const EVERY_MS = 18_000;
const TYPING_MS = 20_000;
const token = document.body.dataset.formToken;
const conversation = document.body.dataset.conversation ?? "";
const alerts = document.querySelector("[data-alerts]");
let typedAt = -TYPING_MS;
let known = null;
let wasTyping = false;

if (alerts) offerAlerts();
addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-canned")) insertCanned(event);
});
addEventListener("input", (event) => {
  if (!event.target.matches?.("textarea")) return;
  typedAt = performance.now();
  if (!wasTyping) appear();
});
document.addEventListener("visibilitychange", () => document.hidden || appear());
setInterval(appear, EVERY_MS);
appear();

async function appear() {
  if (document.hidden && !wants("sound") && !wants("notice")) return;
  wasTyping = performance.now() - typedAt < TYPING_MS;
  const seen = document.hidden ? "" : conversation;
  const body = new URLSearchParams({ form_token: token, conversation: seen, typing: wasTyping ? "1" : "0" });
  try {
    const answer = await fetch("/console/presence", { method: "POST", body });
    if (answer.ok) tell((await answer.json()).waiting);
  } catch {
    // The network is away: the next round tries again.
  }
}

function tell(waiting) {
  const badge = document.querySelector("[data-waiting]");
  if (badge) {
    badge.hidden = waiting.length === 0;
    badge.textContent = waiting.length;
  }
  const isNews = known !== null && waiting.some((id) => !known.has(id));
  known = new Set(waiting);
  if (!isNews) return;
  if (wants("sound")) ring();
  if (wants("notice") && document.hidden) new Notification(localStorage.getItem("desk-alert-words") ?? "", { tag: "desk-waiting" });
}

// The queue's page refreshes itself: whoever came is told of at once, not at the next round.
new MutationObserver(() => appear()).observe(document.querySelector("title"), { childList: true });

// Puts a canned reply where the cursor is; without this script the page comes back with it.
function insertCanned(event) {
  const chosen = event.target.querySelector("select").selectedOptions[0]?.dataset.text;
  const area = document.getElementById("reply");
  if (!area) return;
  event.preventDefault();
  if (!chosen) return;
  area.setRangeText(chosen, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function offerAlerts() {
  alerts.hidden = false;
  localStorage.setItem("desk-alert-words", alerts.dataset.words);
  for (const box of alerts.querySelectorAll("[data-alert]")) {
    box.checked = wants(box.dataset.alert);
    box.addEventListener("change", () => choose(box));
  }
}

async function choose(box) {
  if (box.dataset.alert === "notice" && box.checked) {
    box.checked = "Notification" in window && (await Notification.requestPermission()) === "granted";
    alerts.querySelector("[data-blocked]").hidden = box.checked;
  }
  localStorage.setItem(`desk-alert-${box.dataset.alert}`, box.checked ? "1" : "0");
  if (box.dataset.alert === "sound" && box.checked) ring();
}

function wants(kind) {
  return localStorage.getItem(`desk-alert-${kind}`) === "1";
}

function ring() {
  const audio = new AudioContext();
  const volume = new GainNode(audio, { gain: 0.12 });
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.7);
  for (const [at, frequency] of [[0, 660], [0.16, 880]]) {
    const tone = new OscillatorNode(audio, { frequency });
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.3);
  }
  setTimeout(() => audio.close(), 1000);
}
