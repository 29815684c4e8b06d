// format=flowed undone (RFC 3676): soft line breaks are joined again.

interface Paragraph {
  readonly depth: number;
  text: string;
}

/** Unwraps `text`. `delSp`: the blank before a soft break belongs to the break (DelSp=yes, section 4.3). Quoting stays as `> ` per level. */
export function unflow(text: string, delSp: boolean): string {
  const paragraphs: Paragraph[] = [];
  let soft = false;
  for (const line of text.split("\n")) {
    let depth = 0;
    while (line.charCodeAt(depth) === 0x3e) depth++;
    let rest = line.slice(depth);
    // space-stuffing (section 4.4)
    if (rest.startsWith(" ")) rest = rest.slice(1);
    // the signature's delimiter is never joined with anything (section 4.3)
    const signature = rest === "-- ";
    const open = soft && !signature ? paragraphs.at(-1) : undefined;
    soft = rest.endsWith(" ") && !signature;
    const piece = soft && delSp ? rest.slice(0, -1) : rest;
    if (open?.depth === depth) open.text += piece;
    else paragraphs.push({ depth, text: piece });
  }
  return paragraphs.map(({ depth, text }) => (depth > 0 ? `${">".repeat(depth)} ${text}` : text)).join("\n");
}
