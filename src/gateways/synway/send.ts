// Hands texts over (txsms, vendor section 2.2.1): one request, one text, up to 50 numbers.
import { SendError, Unreadable } from "../../bridge/errors.ts";
import type { Batch, Receipt } from "../../bridge/ports/gateway.ts";
import { Refused } from "./api.ts";
import { type Device, dial, noteTexts } from "./device.ts";
import { encode, MAX_NUMBERS } from "./limits.ts";
import { writeTrack } from "./tasks.ts";

/** Sends one batch; `pace` keeps the configured space between two of them. */
export function createSend(
  device: Device,
): (batch: Batch, signal: AbortSignal) => Promise<readonly Receipt[]> {
  const { api, options, settings } = device;
  let turn: Promise<void> = Promise.resolve();
  let last = Number.NEGATIVE_INFINITY;

  /** Waits for this send's turn and `spacing` since the last; gives what ends the turn. */
  const pace = async (signal: AbortSignal): Promise<() => void> => {
    const before = turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    turn = promise;
    await before;
    const wait = last + settings.spacing - options.clock.now();
    if (wait > 0) await options.clock.wait(wait, signal);
    if (!signal.aborted)
      return () => {
        last = options.clock.now();
        resolve();
      };
    resolve();
    throw new SendError("temporary", "stopped before the request left");
  };

  return async (batch, signal) => {
    const { first, encoding } = inspect(batch);
    noteTexts(device, batch.texts);
    const numbers = batch.texts.map(({ number }) => written(device, number));
    const done = await pace(signal);
    try {
      const content = await api.act(
        "txsms",
        {
          userid: String(first.id),
          num: numbers.join(","),
          port: batch.ports.join(","),
          encoding,
          smsinfo: first.text,
        },
        signal,
      );
      const task = readTaskId(content);
      const track = writeTrack({ task, user: first.id });
      return batch.texts.map(({ id }) => ({ id, track }));
    } catch (error) {
      throw meaning(error);
    } finally {
      done();
    }
  };
}

/** Refuses what the device can't take, before anything leaves. */
function inspect({ ports, texts }: Batch) {
  const [first] = texts;
  const bad = (message: string, words?: string) =>
    new SendError("permanent", message, { scope: "message", ...(words === undefined ? {} : { words }) });
  if (!first || ports.length === 0) throw bad("a batch needs a text and a port");
  if (ports.some((port) => !Number.isSafeInteger(port) || port < 0)) throw bad("a port is no port number");
  if (texts.length > MAX_NUMBERS) throw bad(`over ${MAX_NUMBERS} numbers in one request`);
  if (texts.some(({ text }) => text !== first.text)) throw bad("only equal texts may share a request");
  const { encoding, fits } = encode(first.text);
  if (!fits) throw bad("over the device's length", "the text is too long for the gateway");
  return { first, encoding };
}

function written(device: Device, phone: string): string {
  const number = dial(device, phone);
  if (/^\+?[0-9*#]+$/.test(number)) return number;
  throw new SendError("permanent", "the recipient is no number that can be dialled", {
    scope: "message",
    words: "this is not a number that can be dialled",
  });
}

/** 2.2.1: `taskid:0`; 0 is a task. Throws SendError `unsure`: the device took it, but its name is not known. */
function readTaskId(content: string): number {
  const id = /^\s*taskid\s*:\s*(\d{1,15})\s*[;.]?\s*$/i.exec(content)?.[1];
  if (id !== undefined) return Number(id);
  throw new SendError("unsure", "the gateway said ok, but named no task");
}

/**
 * What a failed txsms means. The document lists no reasons, so words decide: what is wrong with this text or number fails for good; a wrong
 * login or a switched-off API concerns the whole gateway; anything else (busy, no port, words nobody knows) is tried again for this message alone.
 */
function meaning(error: unknown): unknown {
  if (error instanceof Unreadable)
    return new SendError("unsure", `the answer to a send can't be read: ${error.message}`, { cause: error });
  if (!(error instanceof Refused)) return error;
  const { reason, message } = error;
  if (LOGIN.test(reason)) return new SendError("temporary", message, { cause: error });
  if (BUSY.test(reason)) return error;
  if (NUMBER.test(reason))
    return new SendError("permanent", message, {
      cause: error,
      scope: "message",
      words: "the gateway does not accept this number",
    });
  if (TEXT.test(reason))
    return new SendError("permanent", message, {
      cause: error,
      scope: "message",
      words: "the gateway does not accept this text",
    });
  return error;
}

const LOGIN = /auth|passw|login|permission|denied|forbidden|disabled/i;
const BUSY = /busy|idle|port|full|queue|wait|later|too (?:many|fast|frequent)|memory|system|timeout|sim\b/i;
const NUMBER = /\bnum|phone|destination|callee|recipient/i;
const TEXT = /smsinfo|content|length|too long|encod|empty|text|message/i;
