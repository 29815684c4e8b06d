// The frame around every page: head, menu, what it was told to say, foot.
import { html } from "hono/html";
import type { Words } from "../words/index.ts";
import type { Language } from "../words/languages.ts";
import { form } from "./pieces.ts";
import { addressOfAsset } from "./static/index.ts";
import { type Markup, mayAs, type Page, type Room, type Visit } from "./visit.ts";

interface Outline {
  readonly language: Language;
  readonly title: string;
  readonly assets?: readonly string[];
  readonly header: Markup;
  readonly main: Markup;
  readonly footer?: Markup;
}

const OWN = ["console.css", "console.js"];

function outline({ language, title, assets = [], header, main, footer }: Outline): Markup {
  const all = [...OWN, ...assets];
  const styles = all.filter((name) => name.endsWith(".css"));
  const scripts = all.filter((name) => name.endsWith(".js"));
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – simpost</title>
<link rel="icon" href="${addressOfAsset("icon.svg")}" type="image/svg+xml">
${styles.map((name) => html`<link rel="stylesheet" href="${addressOfAsset(name)}">`)}
${scripts.map((name) => html`<script src="${addressOfAsset(name)}" defer></script>`)}
</head>
<body>
${header}
<main id="main" tabindex="-1">
${main}
</main>
${footer ?? ""}
</body>
</html>
`;
}

/** A page for somebody who is signed in. */
export function layout(visit: Visit, rooms: readonly Room[], page: Page, said: string): Markup {
  const { words, viewer, url } = visit;
  const here = ({ path }: Room["menu"]) => url.pathname === path || url.pathname.startsWith(`${path}/`);
  const seen = rooms.filter(({ role }) => mayAs(viewer.role, role));
  const header = html`<a class="skip" href="#main">${words("console-skip")}</a>
<header>
<span class="brand">simpost</span>
<nav aria-label="${words("console-menu")}"><ul>${seen.map(
    ({ menu }) =>
      html`<li><a href="${menu.path}"${here(menu) ? html` aria-current="page"` : ""}>${words(menu.title)}</a></li>`,
  )}</ul></nav>
</header>`;
  const main = html`<p class="said" role="status" id="said">${said}</p>
${page.body}`;
  const footer = html`<footer>
<p id="lost" role="status" data-text="${words("console-live-lost")}"></p>
<p>${words("console-signed-in-as", { name: viewer.user })} · ${words("console-times", { zone: visit.times.zone })}</p>
${form(visit, "/sign-out", html`<button>${words("console-sign-out")}</button>`)}
</footer>`;
  return outline({
    language: visit.language,
    title: page.title,
    ...(page.assets ? { assets: page.assets } : {}),
    header,
    main,
    footer,
  });
}

/** A page for those who are not signed in. */
export const plainLayout = (language: Language, title: string, main: Markup): Markup =>
  outline({
    language,
    title,
    header: html`<header><span class="brand">simpost</span></header>`,
    main: html`<h1>${title}</h1>${main}`,
  });

/** A page that says what is wrong, and nothing else. */
export const troublePage = (
  words: Words,
  title: "console-not-found" | "console-forbidden" | "console-stale" | "console-failed",
  status: NonNullable<Page["status"]>,
): Page => ({
  title: words(title),
  status,
  body: html`<h1>${words(title)}</h1><p>${words(`${title}-text`)}</p>`,
});
