// Reads the device's envelope {"result", "content"} from what it calls JSON. Strict first; then with its known faults mended; else Unreadable.
import { Unreadable } from "../../bridge/errors.ts";

export interface Envelope {
  readonly ok: boolean;
  readonly content: string;
  /** The answer was no JSON as it came. */
  readonly mended: boolean;
}

/**
 * `literal`: this firmware escapes nothing, so a backslash is a backslash. Found out per answer where it shows (a bare quote, an escape that is
 * none); where it does not (`C:\\temp`), only the setting knows. Throws Unreadable: never takes what it can't read for an empty answer.
 */
export function readEnvelope(body: string, literal = false): Envelope {
  const strict = literal ? undefined : parse(body);
  const mended = literal ? undefined : parse(mend(body));
  const value = strict ?? mended ?? unescaped(body) ?? (literal ? parse(body) : undefined);
  const fields = value && new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  const result = fields?.get("result");
  const content = fields?.get("content") ?? "";
  if (!fields || typeof result !== "string" || !/^(ok|error)$/i.test(result.trim()))
    throw new Unreadable("the gateway's answer is no {result, content}", body);
  if (typeof content !== "string" && typeof content !== "number")
    throw new Unreadable("the gateway's answer has no text as content", body);
  // Firmware that does not escape quotes lets a text end the string early; its rest then poses as another field.
  for (const [name, field] of fields)
    if (name !== "content" && typeof field === "string" && field.includes("|E"))
      throw new Unreadable("records outside of the answer's content", body);
  return {
    ok: /^ok$/i.test(result.trim()),
    content: String(content),
    mended: strict === undefined && !literal,
  };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Escapes raw control characters inside strings, and cuts what follows the object. Undefined: the object never ends. */
function mend(text: string): string | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  let depth = 0;
  let done = false;
  const mended = text.slice(start).replace(TOKEN, (token) => {
    if (done) return "";
    if (token.startsWith('"')) return escapeControls(token);
    depth += token === "{" ? 1 : -1;
    done = depth === 0;
    return token;
  });
  return done ? mended.slice(0, mended.lastIndexOf("}") + 1) : undefined;
}

/** A whole string, or a brace outside of one. */
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[{}]/g;

/** `{"result":"…","content":"…"}` of firmware that escapes nothing: all up to the last `"}` is the content, as it stands. */
function unescaped(text: string): Record<string, unknown> | undefined {
  const head = /^\s*\{\s*"result"\s*:\s*"(\w+)"\s*,\s*"content"\s*:\s*"/i.exec(text);
  const tail = /"\s*\}\s*$/.exec(text.slice(-64))?.[0];
  if (!head || tail === undefined || head[0].length > text.length - tail.length) return undefined;
  return { result: head[1], content: text.slice(head[0].length, text.length - tail.length) };
}

const escapeControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
