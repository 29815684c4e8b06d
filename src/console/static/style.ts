// How the console looks: system fonts, light and dark, from 360 pixels on.

/** Contrasts are at least 4.5:1 for text, 3:1 for edges of fields (WCAG 2.2, 1.4.3 and 1.4.11). */
export const style = `
:root {
  color-scheme: light dark;
  --back: #f5f6f8; --sheet: #ffffff; --ink: #1b1f24; --dim: #57606c; --line: #d5dae1; --edge: #7b8592;
  --accent: #0b5cad; --on-accent: #ffffff; --own: #dcecfb; --good: #17663a; --warn: #8a4f00; --bad: #b0221b; --wash: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #101418; --sheet: #191f25; --ink: #e7ebef; --dim: #a5b0bc; --line: #313a44; --edge: #7d8895;
    --accent: #86bdff; --on-accent: #0c1a29; --own: #1b3a59; --good: #79d39a; --warn: #f3bc67; --bad: #ff9c92; --wash: #3a1f1d;
  }
}
* { box-sizing: border-box; }
html { scroll-padding: 4rem 0 12rem; text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; min-height: 100vh; display: flex; flex-direction: column; }
main { width: 100%; max-width: 72rem; margin: 0 auto; padding: 0 1rem 2rem; flex: 1; }
main:focus { outline: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1.25rem 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
small, .dim { color: var(--dim); }
small { font-size: .875rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; overflow: auto; }
.skip { position: absolute; left: -100vw; top: 0; background: var(--sheet); padding: .75rem 1rem; z-index: 9; }
.skip:focus { left: 0; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

body > header { background: var(--sheet); border-bottom: 1px solid var(--line); padding: .25rem 1rem; display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; }
.brand { font-weight: 700; letter-spacing: -.02em; font-size: 1.125rem; padding: .5rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .625rem .625rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { text-decoration: underline; }
nav a[aria-current] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
body > footer { border-top: 1px solid var(--line); padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; color: var(--dim); font-size: .875rem; }
#lost:empty, .said:empty { display: none; }
#lost { flex-basis: 100%; color: var(--bad); font-weight: 600; }
.said, .problem { margin: 1rem 0 0; padding: .625rem .875rem; border-radius: .5rem; background: var(--sheet); border: 1px solid var(--line); border-left: .3rem solid var(--good); }
.problem { border-left-color: var(--bad); background: var(--wash); }

button, .button { font: inherit; min-height: 2.5rem; padding: .375rem .875rem; border: 1px solid var(--edge); border-radius: .5rem; background: var(--sheet); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; }
button:hover, .button:hover { border-color: var(--accent); }
button.main, .button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
input, select, textarea { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--edge); border-radius: .5rem; padding: .375rem .625rem; min-height: 2.5rem; max-width: 100%; }
input[type=checkbox] { min-height: 0; width: 1.25rem; height: 1.25rem; vertical-align: -.2em; }
textarea { width: 100%; resize: vertical; min-height: 3.5rem; }
form { margin: 0; }
.press { display: inline-flex; flex-wrap: wrap; gap: .5rem; }
.field { display: flex; flex-direction: column; gap: .25rem; margin: 0 0 .75rem; min-width: 0; }
.field label { font-weight: 600; }
.sign-in, .write { max-width: 34rem; }
.sign-in input, .write input, .write select { width: 100%; }
.filter { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)); gap: 0 .75rem; align-items: end; }
.filter input, .filter select { width: 100%; }
.filter .acts { margin-bottom: .75rem; }
.acts { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between; }

.list { list-style: none; margin: 0; padding: 0; background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; }
section > .list { margin-top: .5rem; }
.list:empty, .day:empty { display: none; }
.list > li { padding: .75rem 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.list > li:first-child { border-top: 0; }
.list .top { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.list .top > a, .list .top > strong { font-weight: 600; }
.list .top > a { display: inline-block; padding: .125rem 0; }
.clip { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; margin: .125rem 0; white-space: pre-line; }
.meta { display: flex; flex-wrap: wrap; gap: 0 .875rem; color: var(--dim); font-size: .875rem; margin: .125rem 0 0; }
.meta a { display: inline-block; padding: .25rem 0; }
.list .acts { margin-top: .5rem; }
details > summary { cursor: pointer; padding: .375rem 0; min-height: 1.5rem; }
.state { font-size: .875rem; color: var(--dim); }
.state::before { content: "●"; margin-right: .3em; font-size: .7em; vertical-align: .1em; }
.state.sent, .state.delivered, .state.up { color: var(--good); }
.state.unsure, .state.sending, .state.paused, .state.resting { color: var(--warn); }
.state.failed, .state.down { color: var(--bad); font-weight: 600; }

.log { display: flex; flex-direction: column; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.day { align-self: center; color: var(--dim); font-size: .875rem; margin: .75rem 0 .25rem; }
.bubble { max-width: min(38rem, 88%); padding: .5rem .875rem; border-radius: 1rem; background: var(--sheet); border: 1px solid var(--line); align-self: flex-start; border-bottom-left-radius: .25rem; overflow-wrap: anywhere; }
.bubble.out { align-self: flex-end; background: var(--own); border-color: transparent; border-radius: 1rem 1rem .25rem 1rem; }
.bubble .text { white-space: pre-wrap; margin: 0; }
.bubble .meta, .bubble .state, .bubble .dim, .bubble a { color: var(--ink); }
.bubble .state.failed { color: var(--bad); }
.composer { position: sticky; bottom: 0; background: var(--back); padding: .75rem 0; margin-top: 1rem; border-top: 1px solid var(--line); }
.composer textarea { min-height: 3rem; max-height: 30vh; }
.composer .foot { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem; margin-top: .375rem; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--sheet); border: 1px solid var(--line); }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; padding: .5rem .75rem; border-top: 1px solid var(--line); vertical-align: top; }
th { font-size: .875rem; color: var(--dim); }
td { overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  main { padding: 0 .75rem 1.5rem; }
  body > header { padding: .25rem .5rem; }
  .brand { padding: .25rem .5rem; }
  nav ul { gap: 0; }
  nav a { padding: .375rem .5rem; font-size: .9375rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  th, td { padding: .375rem .5rem; }
}
@media (forced-colors: active) { .state::before { content: ""; } .bubble, .said, .problem { border: 1px solid; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: auto; } }
`;
