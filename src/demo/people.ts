// The people behind the simulated phones: they take a second to read, then most of them answer.
import { type Phones, phoneKey, type SentSms, type Sim } from "./phones.ts";

/** How long somebody reads and types, milliseconds. */
const THINKING = 1_000;
/** So much of a text is repeated in an answer. */
const QUOTED = 40;

export interface People {
  /** Calls `listener` whenever somebody texts a SIM. */
  onText(listener: (from: string, text: string) => void): void;
  /** What this phone does with its next texts, one after the other: an answer, or null for none. */
  prepare(number: string, answers: readonly (string | null)[]): void;
  /** `from` texts the SIM that wrote to it last, or `usual`. */
  text(from: string, text: string): void;
  close(): void;
}

/** Answers to what arrives on `phones`. `usual`: the SIM that phones know without having heard from it. */
export function gather(phones: Phones, usual: Sim): People {
  const prepared = new Map<string, (string | null)[]>();
  const heardFrom = new Map<string, Sim>();
  const listeners = new Set<(from: string, text: string) => void>();
  const timers = new Set<NodeJS.Timeout>();

  const text = (from: string, words: string): void => {
    for (const listener of listeners) listener(from, words);
    phones.text(from, heardFrom.get(phoneKey(from)) ?? usual, words);
  };
  phones.onSms((sms) => {
    const key = phoneKey(sms.to);
    heardFrom.set(key, { device: sms.device, port: sms.port });
    const next = prepared.get(key)?.shift();
    const answer = next === undefined ? manners(sms) : next;
    if (answer === null) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      text(sms.to, answer);
    }, THINKING);
    timers.add(timer);
  });

  return {
    onText: (listener) => void listeners.add(listener),
    prepare: (number, answers) => void prepared.set(phoneKey(number), [...answers]),
    text,
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function manners({ text }: SentSms): string {
  const points = Array.from(text.replaceAll(/\s+/g, " ").trim());
  return `Got it: ${points.length > QUOTED ? `${points.slice(0, QUOTED).join("")}...` : points.join("")}`;
}
