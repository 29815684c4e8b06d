// Reads what a mail that came back says: RFC 3464 reports, and the older forms of qmail, Exim and others. Linear time, never throws.

/** Where the report stands, it stands early; the rest is our own mail, returned. */
const READ_MAX = 256 * 1024;
const DEPTH_MAX = 4;
const PARTS_MAX = 50;
const DETAIL_MAX = 200;

export interface Bounce {
  /** The mail will never arrive. False: a delay, or good news. */
  readonly permanent: boolean;
  /** What the other side says, in one line, for the operator. */
  readonly detail: string;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What came back, from the mail's source; null: no bounce (a vacation notice, a person's answer). */
export function readBounce(source: Buffer | string): Bounce | null {
  const text = (
    typeof source === "string" ? source.slice(0, READ_MAX) : source.subarray(0, READ_MAX).toString("utf8")
  ).replace(/\r\n?/g, "\n");
  const mail = split(text);
  return report(mail, 0) ?? plain(mail);
}

/** RFC 3464, wherever it is nested (mailing software wraps reports). */
function report(part: Part, depth: number): Bounce | null {
  const type = part.headers.get("content-type") ?? "text/plain";
  if (/^message\/(?:global-)?delivery-status\b/i.test(type)) return status(decode(part));
  if (depth >= DEPTH_MAX || !/^multipart\//i.test(type)) return null;
  // In a report the third part is the mail itself: what it holds says nothing.
  for (const inner of parts(part.body, type)) {
    const found = report(inner, depth + 1);
    if (found) return found;
  }
  return null;
}

/** Groups of fields, one for each recipient after the first (RFC 3464 2.1). One failure makes it a failure. */
function status(body: string): Bounce | null {
  const groups = body.split(/\n[ \t]*\n/).map((group) => fields(group));
  const acted = groups.filter((group) => group.has("action"));
  const worst = acted.find((group) => group.get("action")?.toLowerCase() === "failed") ?? acted[0];
  if (!worst) return null;
  const action = worst.get("action")?.toLowerCase() ?? "";
  const said = worst.get("diagnostic-code")?.replace(/^[^;]{0,40};\s*/, "");
  const detail = [worst.get("status"), said].filter((word) => word !== undefined && word !== "").join(" ");
  return { permanent: action === "failed", detail: line(detail || action) };
}

/** What came before RFC 3464: only from a mailer, only with the marks that these programs leave. */
function plain({ headers, body }: Part): Bounce | null {
  const from = headers.get("from") ?? "";
  const empty = /^\s*<\s*>\s*$/.test(headers.get("return-path") ?? "");
  if (!empty && !/mailer-daemon|postmaster|mail delivery (?:sub)?system/i.test(from)) return null;
  const subject = headers.get("subject") ?? "";
  const start = body.slice(0, 8_000);
  const code = /\b5\.\d{1,3}\.\d{1,3}\b/.exec(start);
  if (/\bdelay|\bwarning\b|still being retried|verzögert|not yet been delivered/i.test(subject)) {
    return /deliver|zustell|mail|message/i.test(subject) ? { permanent: false, detail: line(subject) } : null;
  }
  // qmail (QSBMF): a fixed first sentence. Exim: its own header. Others: a subject of their kind and a code.
  const qmail = /^\s*Hi\. This is the /.test(start);
  const exim = headers.has("x-failed-recipients");
  const other =
    /undeliver|delivery (?:status|fail)|returned (?:mail|to sender)|failure notice|unzustellbar|non remis|no entregado/i;
  if (!qmail && !exim && !(code && other.test(subject))) return null;
  if (qmail && !code && !/permanent error|I'm afraid I wasn't able/i.test(start)) return null;
  const reason = code ? (start.slice(code.index).split("\n", 1)[0] ?? "") : subject;
  return { permanent: true, detail: line(reason || "undeliverable") };
}

function split(text: string): Part {
  const end = text.startsWith("\n") ? 0 : text.indexOf("\n\n");
  if (end < 0) return { headers: fields(text), body: "" };
  return { headers: fields(text.slice(0, end)), body: text.slice(end).replace(/^\n{1,2}/, "") };
}

/** Header fields by lower-case name, unfolded; the first of a name counts. */
function fields(block: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name = "";
  let fresh = false;
  for (const row of block.split("\n")) {
    if (/^[ \t]/.test(row)) {
      if (fresh) found.set(name, `${found.get(name) ?? ""} ${row.trim()}`);
      continue;
    }
    const colon = row.indexOf(":");
    name = row.slice(0, Math.max(0, colon)).trim().toLowerCase();
    fresh = name !== "" && !found.has(name);
    if (fresh) found.set(name, row.slice(colon + 1).trim());
  }
  return found;
}

function parts(body: string, type: string): readonly Part[] {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return [];
  const found: Part[] = [];
  let rows: string[] | null = null;
  for (const row of body.split("\n")) {
    const mark = row.trimEnd();
    if (mark === `--${boundary}` || mark === `--${boundary}--`) {
      if (rows) found.push(split(rows.join("\n")));
      if (found.length >= PARTS_MAX || mark.endsWith(`${boundary}--`)) return found;
      rows = [];
    } else rows?.push(row);
  }
  // cut short: what there is of the last part still counts
  if (rows) found.push(split(rows.join("\n")));
  return found;
}

function decode({ headers, body }: Part): string {
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8").replace(/\r\n?/g, "\n");
  if (encoding !== "quoted-printable") return body;
  return body
    .replace(/=[ \t]*\n/g, "")
    .replace(/(?:=[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("=", ""), "hex").toString("utf8"))
    .replace(/\r\n?/g, "\n");
}

const line = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim()
    .slice(0, DETAIL_MAX)
    .toWellFormed();
