// HTML as text, for mails that have nothing else.
import { compile } from "html-to-text";

/**
 * Characters of HTML that are converted, after head, styles, scripts and comments are gone: the worst cases (flat paragraphs, deep
 * nesting, huge lists and tables) then hold the event loop for less than 50 ms. It is a hundred times what an SMS can hold.
 */
export const MAX_HTML = 32 * 1024;

const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];

const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_HTML, maxDepth: 200 },
  selectors: [
    { selector: "img", format: "skip" },
    {
      selector: "a",
      options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: [" ", ""] },
    },
    { selector: 'a[href^="mailto:"]', format: "inline" },
    { selector: 'a[href^="tel:"]', format: "inline" },
    { selector: "p", options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: "ul", options: { itemPrefix: "- " } },
    ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** Removes what lies between `open` and `close`, both included. One pass. */
function without(html: string, open: RegExp, close: string): string {
  const lower = html.toLowerCase();
  let out = "";
  let last = 0;
  for (let match = open.exec(lower); match !== null; match = open.exec(lower)) {
    const end = lower.indexOf(close, match.index);
    if (end < 0) break;
    out += html.slice(last, match.index);
    last = end + close.length;
    open.lastIndex = last;
  }
  open.lastIndex = 0;
  return out + html.slice(last);
}

/** Tags to nothing: for what the converter can't take. One pass. */
function strip(html: string): string {
  let out = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) return out + html.slice(at);
    out += html.slice(at, open);
    const close = html.indexOf(">", open);
    if (close < 0) return out;
    if (/^<\/?(?:br|p|div|tr|li|h\d|blockquote)\b/i.test(html.slice(open, open + 14))) out += "\n";
    at = close + 1;
  }
  return out;
}

/** The text of an HTML part; quoted parts begin with `> `. `cut`: it was longer than MAX_HTML. */
export function htmlToText(html: string): { readonly text: string; readonly cut: boolean } {
  let rest = without(html, /<!--/g, "-->");
  for (const name of ["head", "style", "script", "title"])
    rest = without(rest, new RegExp(`<${name}[\\s>]`, "g"), `</${name}>`);
  const cut = rest.length > MAX_HTML;
  if (cut) {
    const edge = rest.lastIndexOf("<", MAX_HTML);
    rest = rest.slice(0, edge > 0 ? edge : MAX_HTML);
  }
  try {
    return { text: convert(rest), cut };
  } catch {
    return { text: strip(rest), cut };
  }
}
