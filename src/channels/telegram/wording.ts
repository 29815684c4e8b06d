// Pure: what a delivery says in a chat. Texts are kept to the letter; the bot's own words come from the catalogue.
import type { Post } from "../../bridge/ports/channel.ts";
import type { Words } from "../../words/index.ts";
import { isUnknown } from "../../words/notice.ts";
import { reasonText } from "../../words/reason.ts";
import { isBlank, type Run, textRuns } from "./html.ts";

export interface Button {
  readonly text: string;
  /** 1 .. 64 bytes (InlineKeyboardButton, `callback_data`). */
  readonly data: string;
}

export interface Wording {
  readonly runs: readonly Run[];
  readonly buttons: readonly Button[];
}

/** What kind of thing is brought: a text of the phone, the network's answer to a code, what somebody else answered to the phone, a notice. */
export type Kind = "text" | "ussd" | "answer" | "notice";

export function kindOf({ message }: Pick<Post, "message">): Kind {
  if (message.from === null) return "notice";
  if (message.user !== null) return "answer";
  return message.origin.ussd === undefined ? "text" : "ussd";
}

/** A text, an answer of the network, or what somebody else answered. `sim`: the SIM's label where there are several; `inTopic`: it stands where the phone is known. */
export function conversation(
  post: Post,
  words: Words,
  { sim, inTopic }: { readonly sim: string | null; readonly inTopic: boolean },
): Wording {
  const { delivery, message, thread } = post;
  const kind = kindOf(post);
  const said: readonly Run[] = isBlank(delivery.text)
    ? [{ text: words("tg-empty"), tag: "i" }]
    : kind === "text"
      ? textRuns(delivery.text)
      : [{ text: delivery.text }];
  const heads: readonly Run[] =
    kind === "ussd"
      ? [{ text: words("tg-ussd-answer", { code: thread.phone }), tag: "b" }]
      : [
          ...(inTopic ? [] : [{ text: from(post, words, sim), tag: "b" } as const]),
          ...(kind === "answer" ? [{ text: answeredBy(message, words), tag: "i" } as const] : []),
        ];
  return { runs: [...heads.flatMap((head) => [head, { text: "\n" }]), ...said], buttons: [] };
}

/** Which phone, and which SIM it wrote to. */
function from({ name, thread: { phone } }: Post, words: Words, sim: string | null): string {
  if (name !== null)
    return sim === null ? words("tg-from-name", { name, phone }) : words("tg-from", { name, phone, sim });
  return sim === null ? phone : words("tg-from-number", { phone, sim });
}

const answeredBy = ({ from, user, origin }: Post["message"], words: Words): string =>
  words("tg-answered-by", { name: origin.name || user || "", channel: from?.via ?? "" });

/** What became of a text. Null: the reaction says it. `called`: what people call the phone. */
export function notice(post: Post, words: Words, called: (phone: string) => string): Wording | null {
  const { message, about } = post;
  const kind = message.notice?.kind ?? "failed";
  const [first] = about?.deliveries ?? [];
  if (!about || !first || kind === "delivered") return null;
  const phone = called(first.to.address);
  const id = about.message.id;
  if (kind === "delayed")
    return {
      runs: [{ text: words("tg-delayed", { phone }) }],
      buttons: [{ text: words("tg-button-cancel"), data: `cancel:${id}` }],
    };
  const failed = about.deliveries.find(({ state }) => state === "failed") ?? first;
  return {
    runs: [
      {
        text: isUnknown(about.deliveries)
          ? words("tg-unknown", { phone })
          : words("tg-failed", { phone, why: reasonText(words, failed.error) }),
      },
    ],
    buttons: [
      { text: words("tg-button-retry"), data: `again:${id}` },
      { text: words("tg-button-other-sim"), data: `other:${id}` },
    ],
  };
}
