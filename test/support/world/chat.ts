// A person in a simulated Telegram that outlives the daemon: writes to phones there, and shows which texts from phones arrived.
import { type BotApi, createBotApi } from "../../../src/demo/telegram/botapi.ts";
import type { BotFaultKind } from "../../../src/demo/telegram/faults.ts";
import { INCOMING } from "./post.ts";
import type { Dice } from "./random.ts";

export const TOKEN = "4242:kill-world";
export const ANA_ID = 1001;

const KINDS: readonly BotFaultKind[] = [
  "too-many",
  "error",
  "drop-before",
  "drop-after",
  "half",
  "hang",
  "slow",
];
const METHODS = ["getUpdates", "getUpdates", "sendMessage", "sendMessage", "setMessageReaction", "getMe"];
const REFUSAL = /^This belongs to no conversation with a phone, so it was not sent/;
/** Milliseconds that a slow answer takes; seconds that a flood asks for. */
const SLOW = 300;
const FLOOD = 1;

export class ChatSide {
  readonly api: BotApi;
  readonly #ana: ReturnType<BotApi["person"]>;

  private constructor(api: BotApi) {
    this.api = api;
    this.#ana = api.person({ id: ANA_ID, first_name: "Ana" });
    this.#ana.startsBot();
  }

  static async start(): Promise<ChatSide> {
    return new ChatSide(await createBotApi({ token: TOKEN }));
  }

  /** Ana writes to a phone: with a command, or as an answer to the last text of that phone, if there is one. */
  write(phone: string, text: string, answer: boolean): void {
    const { chat } = this.#ana;
    const last = answer
      ? chat.messages.findLast(
          (post) => post.from?.is_bot && post.text.includes(phone) && INCOMING.test(post.text),
        )
      : undefined;
    if (last) this.#ana.says(chat, text, { replyTo: last });
    else this.#ana.says(chat, `/send ${phone} ${text}`);
  }

  /** How often each text from a phone was shown. */
  shown(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const post of this.#ana.chat.messages) {
      const text = post.from?.is_bot ? INCOMING.exec(post.text)?.[0] : undefined;
      if (text !== undefined) times.set(text, (times.get(text) ?? 0) + 1);
    }
    return times;
  }

  /**
   * What Ana was told is not sent: she answered a post whose id a kill had kept off the disk, so that nobody knows which conversation it belongs to.
   */
  refused(): ReadonlySet<string> {
    const { messages } = this.#ana.chat;
    const answers = messages.filter((post) => post.from?.is_bot && REFUSAL.test(post.text));
    return new Set(answers.map(({ replyTo }) => messages.find(({ id }) => id === replyTo)?.text ?? ""));
  }

  /** Whether every update was taken by the bot. */
  get taken(): boolean {
    return this.api.updates.pending.length === 0;
  }

  misbehave(chance: Dice): void {
    const kind = chance.pick(KINDS);
    this.api.faults.add({
      kind,
      on: chance.pick(METHODS),
      times: chance.between(1, 3),
      skip: chance.between(0, 2),
      ...(kind === "slow" ? { delay: SLOW } : {}),
      ...(kind === "too-many" ? { retryAfter: FLOOD } : {}),
    });
  }

  behave(): void {
    this.api.faults.clear();
  }

  stop(): Promise<void> {
    return this.api.close();
  }
}
