// What a notice says, in whole: its subject and its text, for whichever channel carries it.
import type { Delivery, NoticeKind } from "../bridge/message.ts";
import type { Post } from "../bridge/ports/channel.ts";
import type { Words } from "./index.ts";
import { reasonText } from "./reason.ts";

/** The sender knows his text: enough of it to recognise it by, in characters. */
const EXCERPT = 300;

/** Plain text in the language of `words`: what happened, to which phones, and the text that it is about. The subject is one line. */
export function noticeText(
  words: Words,
  post: Pick<Post, "delivery" | "message" | "about">,
): { readonly subject: string; readonly text: string } {
  const { about, message, delivery } = post;
  if (!about) return { subject: words("notice-subject-gone"), text: message.text || delivery.text };
  const kind = message.notice?.kind ?? "failed";
  const { deliveries } = about;
  const phones = [...new Set(deliveries.map((one) => one.to.address))];
  const lines = new Set(deliveries.map((one) => `  ${one.to.address}: ${fate(words, kind, one)}`));
  const excerpt = beginning(about.message.text).split("\n");
  const text = [
    words(`notice-${kind}`, { numbers: phones.length }),
    "",
    ...lines,
    "",
    words("notice-text"),
    "",
    ...excerpt.map((line) => `  ${line}`),
    "",
  ];
  return { subject: subject(words, kind, phones, deliveries), text: text.join("\n") };
}

function fate(words: Words, kind: NoticeKind, delivery: Delivery): string {
  switch (kind) {
    case "delayed":
      return delivery.error
        ? words("notice-waiting-why", { why: reasonText(words, delivery.error) })
        : words("notice-waiting");
    case "delivered":
      return words(delivery.state === "delivered" ? "notice-by-phone" : "notice-by-network");
    case "failed":
      return reasonText(words, delivery.error);
  }
}

/** Whom it is about, and what became of it. */
function subject(
  words: Words,
  kind: NoticeKind,
  phones: readonly string[],
  about: readonly Delivery[],
): string {
  const [phone = ""] = phones;
  const code = phones.length === 1 && /^[*#]/.test(phone);
  const fates = {
    // `track`: the gateway took it.
    failed: isUnknown(about)
      ? "unknown"
      : about.some((one) => one.track !== null) && !code
        ? "undelivered"
        : "unsent",
    delayed: "waiting",
    delivered: about.every((one) => one.state === "delivered") ? "delivered" : "sent",
  };
  return words(code ? "notice-subject-code" : "notice-subject-text", {
    numbers: phones.length,
    phone,
    fate: fates[kind],
  });
}

/** Whether some of what failed may have been sent all the same: nobody may claim then that it was not. */
export const isUnknown = (failed: readonly Pick<Delivery, "error">[]): boolean =>
  failed.some((one) => one.error?.startsWith("outcome unknown"));

function beginning(text: string): string {
  // A character has at most two units: one more than fits is enough to see that there is more.
  const points = Array.from(text.slice(0, (EXCERPT + 1) * 2));
  return points.length <= EXCERPT ? text : `${points.slice(0, EXCERPT).join("")} …`;
}
