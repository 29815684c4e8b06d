// send_sms (section 2): many different texts in one request.
import { SendError } from "../../bridge/errors.ts";
import type { Batch, Outgoing, Receipt } from "../../bridge/ports/gateway.ts";
import { measure } from "../../bridge/text.ts";
import type { Api, Reply } from "./api.ts";
import { MAX_NUMBER_BYTES, MAX_PORT, MAX_TEXT_BYTES, MAX_TEXTS } from "./limits.ts";
import { int } from "./parse.ts";
import { type Track, writeTrack } from "./track.ts";

/** The text is always this, and each real text a parameter: a text that itself contains "#param#" survives only so. */
const TEMPLATE = "#param#";

/** Section 2.2. An encoding that the device does not know silently becomes unicode. */
type Encoding = "gsm-7bit" | "unicode";

export const fits = (text: string): boolean => Buffer.byteLength(text) <= MAX_TEXT_BYTES;

/**
 * Hands a batch over. The encoding belongs to the request, so a batch that needs both goes in two: if only the second fails, all of it is
 * `unsure`, so that the device is asked before anything is sent again.
 */
export async function send(
  api: Api,
  dial: (phone: string) => string,
  batch: Batch,
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  const all = batch.texts.map((text) => ({ ...text, number: dial(text.number) }));
  check(batch.ports, all);
  const groups = Map.groupBy(all, ({ text }) => encodingOf(text));
  const receipts: Receipt[] = [];
  for (const [encoding, texts] of groups) {
    const body = {
      text: TEMPLATE,
      port: batch.ports,
      encoding,
      param: texts.map(({ id, number, text }) => ({ number, text_param: [text], user_id: id })),
    };
    try {
      const task = taskOf(await api.order("/api/send_sms", body, signal));
      const track = writeTrack(task === undefined ? {} : { task });
      for (const { id } of texts) receipts.push({ id, track });
    } catch (cause) {
      if (receipts.length === 0 || !(cause instanceof SendError)) throw cause;
      throw new SendError("unsure", `half of the batch was taken, then: ${cause.message}`, {
        cause,
        scope: cause.scope,
      });
    }
  }
  return receipts;
}

/** Section 2.3, and 550 of later firmware. Anything unheard of may have been taken. */
function taskOf({ code, fields }: Reply): Track["task"] {
  switch (code) {
    case 202:
      return int(fields.task_id);
    case 400:
      throw refusal(
        "the gateway finds the request not valid (400)",
        "The gateway does not take this number or text.",
      );
    case 413:
      throw refusal(
        "too many numbers or too long a text for the gateway (413)",
        "The text is too long for the gateway.",
      );
    case 550:
      throw new SendError("temporary", "no port is free or usable for it (550)", { scope: "message" });
    default:
      throw new SendError("unsure", `send_sms: the gateway answers ${code}`, { scope: "message" });
  }
}

const refusal = (message: string, words: string): SendError =>
  new SendError("permanent", message, { words, scope: "message" });

const encodingOf = (text: string): Encoding => (measure(text).encoding === "gsm7" ? "gsm-7bit" : "unicode");

function check(ports: readonly number[], texts: readonly Outgoing[]): void {
  if (texts.length > MAX_TEXTS)
    throw refusal(`${texts.length} texts at once, the gateway takes ${MAX_TEXTS}`, "Too many at once.");
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 0 || port > MAX_PORT);
  if (wrong !== undefined)
    throw refusal(`port ${wrong} is not within 0 to ${MAX_PORT}`, "There is no such SIM.");
  for (const { number, text } of texts) {
    if (!fits(text))
      throw refusal(`a text is over ${MAX_TEXT_BYTES} bytes`, "The text is too long for the gateway.");
    if (Buffer.byteLength(number) > MAX_NUMBER_BYTES) {
      throw refusal(`a number is over ${MAX_NUMBER_BYTES} bytes`, "The number is too long for the gateway.");
    }
  }
}
