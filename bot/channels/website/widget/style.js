// How the open widget looks. Colours, font and place can be set from outside by --dong-hanh-* properties.
import { sheet } from "./dom.js";

export const STYLE = sheet(`
:host {
  color-scheme: light dark; --surface: light-dark(#fff, #141a19); --text: light-dark(#17211f, #e8eeec); --muted: light-dark(#5b6966, #9fb0ac);
  --line: light-dark(#dfe6e4, #2d3836); --said: light-dark(#eef3f2, #222c2a); --bad: light-dark(#b3261e, #ffb4ab); --warm: light-dark(#fff4d6, #3d3115);
  --tint: color-mix(in srgb, var(--accent) 15%, var(--surface)); --strong: light-dark(color-mix(in srgb, var(--accent) 82%, #000), color-mix(in srgb, var(--accent) 45%, #fff));
}
* { box-sizing: border-box; }
.panel {
  position: fixed; right: inherit; bottom: inherit; width: 400px; height: min(660px, calc(100dvh - 32px));
  display: flex; flex-direction: column; overflow: hidden; overflow-wrap: anywhere; background: var(--surface); color: var(--text);
  border: 1px solid var(--line); border-radius: var(--dong-hanh-radius, 18px); box-shadow: 0 24px 64px rgb(0 0 0 / .28); animation: rise .2s;
}
@keyframes rise { from { opacity: 0; transform: translateY(14px); } }
button, textarea { font: inherit; color: inherit; }
button { min-height: 44px; min-width: 44px; border: 0; background: none; cursor: pointer; }
:focus-visible { outline: 3px solid var(--strong); outline-offset: -2px; border-radius: 8px; }
.icon { display: block; width: 22px; height: 22px; fill: currentColor; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.head { display: flex; align-items: center; gap: 10px; padding: 10px 8px 10px 14px; background: var(--accent); color: var(--on-accent); }
.head :focus-visible { outline-color: var(--on-accent); }
.head button:hover { background: color-mix(in srgb, var(--on-accent) 14%, transparent); border-radius: 10px; }
.face { flex: none; display: grid; place-items: center; width: 40px; height: 40px; border-radius: 50%; background: color-mix(in srgb, var(--on-accent) 18%, transparent); font-size: 19px; font-weight: 600; text-transform: uppercase; }
.who { flex: 1; min-width: 0; display: grid; line-height: 1.3; }
.name { font-size: 17px; }
.responder { font-size: 13px; }
.switch { font-size: 14px; font-weight: 600; }
.send { display: grid; place-items: center; }
.close, .newest, .more { font-size: 26px; line-height: 1; }
.notice, .waiting { padding: 8px 14px; background: var(--warm); font-size: 14px; }
.middle { position: relative; flex: 1; min-height: 0; display: flex; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px 14px 8px; scrollbar-width: thin; }
.list { display: flex; flex-direction: column; gap: 4px; margin: 0; padding: 0; list-style: none; }
.older { display: block; margin: 0 auto 8px; color: var(--strong); font-size: 14px; text-decoration: underline; }
.intro { margin-bottom: 10px; }
.bubble, .send { border: 1px solid transparent; }
.bubble { width: fit-content; max-width: 86%; padding: 9px 13px; border-radius: 4px 16px 16px; background: var(--said); white-space: pre-wrap; unicode-bidi: isolate; }
.bubble a { color: inherit; }
.said { display: grid; gap: 3px; }
.by, .state { font-size: 12.5px; color: var(--muted); }
.by { margin-top: 8px; }
[data-author="bot"] + [data-author="bot"] .by { display: none; }
.own { justify-items: end; margin-top: 6px; }
.own .bubble { border-radius: 16px 16px 4px; background: var(--accent); color: var(--on-accent); }
.own:not([data-state="sent"]) .bubble { opacity: .75; }
[data-state="sent"]:has(~ .said) .state { display: none; }
[data-state="failed"] .state { color: var(--bad); max-width: 86%; text-align: end; }
.remedy, .choices { display: flex; flex-wrap: wrap; gap: 8px; }
.choices { margin-top: 6px; }
.said:has(~ .own) .choices { display: none; }
.choice, .remedy button { padding: 8px 15px; border: 1.5px solid var(--strong); border-radius: 22px; background: var(--surface); color: var(--strong); font-size: 15px; line-height: 1.3; text-align: start; }
.choice:hover { background: var(--tint); }
.cards { display: flex; gap: 10px; margin: 4px -14px 0; padding: 2px 14px 10px; overflow-x: auto; list-style: none; scroll-snap-type: x proximity; scrollbar-width: thin; }
.card { flex: 0 0 min(232px, 82%); display: flex; flex-direction: column; gap: 3px; padding: 14px; border: 1px solid var(--line); border-radius: 16px; scroll-snap-align: center; }
.ribbon { align-self: start; padding: 1px 9px; border-radius: 10px; background: var(--tint); color: var(--strong); font-size: 12.5px; font-weight: 600; }
.line { color: var(--muted); font-size: 14px; }
.card a { display: inline-flex; align-items: center; min-height: 44px; color: var(--strong); font-size: 14px; }
.card .choice { margin-top: auto; text-align: center; }
.image { max-width: min(240px, 86%); height: auto; border: 1px solid var(--line); border-radius: 16px; background: #fff; }
.typing { display: flex; gap: 5px; padding: 0 18px; }
.typing:not(:empty) { padding-block: 8px; }
.dot { width: 8px; height: 8px; border-radius: 50%; background: var(--muted); animation: breathe 1.2s infinite; }
.dot:nth-of-type(2) { animation-delay: .15s; }
.dot:nth-of-type(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; transform: translateY(-2px); } }
.newest { position: absolute; right: 14px; bottom: 10px; border: 1px solid var(--line); border-radius: 50%; background: var(--surface); color: var(--strong); }
.composer { display: flex; align-items: flex-end; gap: 8px; padding: 8px 10px 4px 14px; border-top: 1px solid var(--line); }
textarea { flex: 1; min-width: 0; min-height: 44px; padding: 10px 14px; border: 1.5px solid var(--muted); border-radius: 22px; resize: none; background: var(--surface); line-height: 22px; }
textarea::placeholder { color: var(--muted); opacity: 1; }
textarea:focus-visible { outline-width: 2px; outline-offset: -1px; border-radius: 22px; }
.attach { flex: none; display: grid; place-items: center; margin-left: -8px; color: var(--muted); }
.hint { padding: 0 14px 6px; color: var(--bad); font-size: 14px; }
.hint:empty { display: none; }
.bubble button { text-align: start; text-decoration: underline; }
.send { border-radius: 50%; background: var(--accent); color: var(--on-accent); }
.send:focus-visible { outline-offset: 2px; border-radius: 50%; }
.privacy { margin: 0; padding: 2px 14px 10px; color: var(--muted); font-size: 12px; text-align: center; }
@media (max-width: 480px) {
  .panel { inset: 0; width: 100%; height: var(--visible-height, 100dvh); border: 0; border-radius: 0; padding-bottom: env(safe-area-inset-bottom); }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`);
