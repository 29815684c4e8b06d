// How the page "Try it" looks: three desks side by side, below each other on a phone; light and dark.

export const style = `
:root { color-scheme: light dark; --back: #eef0f3; --sheet: #fff; --ink: #1b1f24; --dim: #57606c; --line: #d5dae1; --edge: #7b8592; --accent: #0b5cad; --on: #fff; --own: #dcecfb; }
@media (prefers-color-scheme: dark) { :root { --back: #101418; --sheet: #191f25; --ink: #e7ebef; --dim: #a5b0bc; --line: #313a44; --edge: #7d8895; --accent: #86bdff; --on: #0c1a29; --own: #1b3a59; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
header { padding: .75rem 1rem 0; max-width: 90rem; margin: 0 auto; }
h1 { font-size: 1.375rem; margin: 0; }
h2 { font-size: 1.0625rem; margin: 0 0 .5rem; }
p { margin: .25rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
main { display: grid; grid-template-columns: 1fr; gap: 1rem; padding: 1rem; max-width: 90rem; margin: 0 auto; }
@media (min-width: 60rem) { main { grid-template-columns: 18rem 1fr 20rem; align-items: start; } .log { height: calc(100vh - 25.5rem); } .mail .log { height: calc(100vh - 29.5rem); } }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 1rem; padding: .875rem; min-width: 0; }
.phone { border-radius: 1.75rem; border-width: .375rem; border-color: var(--edge); }
.log { overflow-y: auto; min-height: 12rem; max-height: 60vh; padding: .25rem; margin: .5rem 0; }
ul { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: .5rem; }
li { max-width: 92%; padding: .5rem .75rem; border-radius: .875rem; background: var(--back); align-self: flex-start; overflow-wrap: anywhere; white-space: pre-wrap; }
li.own { align-self: flex-end; background: var(--own); }
.mail li { max-width: 100%; width: 100%; border-radius: .5rem; }
li small { display: block; color: var(--dim); white-space: normal; }
li.own small { color: var(--ink); }
li .quote { border-left: 3px solid var(--edge); padding-left: .5rem; color: var(--dim); display: block; }
li b { display: block; font-weight: 600; }
li button { margin: .375rem .375rem 0 0; }
form { display: grid; gap: .25rem; }
label { font-weight: 600; font-size: .9375rem; }
input, select, textarea, button { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--edge); border-radius: .5rem; padding: .375rem .625rem; min-height: 2.25rem; width: 100%; }
textarea { resize: vertical; }
button { cursor: pointer; width: auto; justify-self: start; margin-top: .25rem; }
form > button { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; }
form [role=status] { min-height: 1.5rem; }
[role=status] { color: var(--dim); font-size: .875rem; overflow-wrap: anywhere; }
[hidden] { display: none; }
`;
