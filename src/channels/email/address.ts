// The addresses we write: a phone as a mailbox, a sender that can't be answered, the way back for bounces.
import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import { SendError } from "../../bridge/errors.ts";

/** A number, short code or USSD code: all of its characters are atext (RFC 5322 3.2.3), so it needs no quotes. */
const DIALLED = /^(?:\+?[0-9]+|[*#][0-9*#]*)$/;
/** RFC 5321 4.5.3.1.1, less the `no-reply+` before it. */
const SLUG_MAX = 40;

/** Local part of senders that can't be answered; what follows `+` only tells them apart. */
export const NO_REPLY = "no-reply";
/** Local part of our envelope senders; what follows `+` is `bounceToken`. */
export const BOUNCE = "bounce";

/** Can a text be sent to this sender? Names (`INFO`, `Vodafone`) can't be dialled: 3GPP TS 23.040 9.1.2.5. */
export const isAnswerable = (phone: string): boolean => DIALLED.test(phone) && phone.length <= 64;

/** The mailbox that stands for a phone: writing to it sends a text, unless the sender is a mere name. */
export const phoneAddress = (phone: string, domain: string): string =>
  isAnswerable(phone) ? `${phone}@${domain}` : `${NO_REPLY}+${slug(phone)}@${domain}`;

function slug(name: string): string {
  const latin = name
    .toWellFormed()
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, "");
  if (latin !== "") return latin;
  // a name in another script: its own address all the same, so that address books and filters tell it apart
  return name.trim() === ""
    ? "unknown"
    : createHash("sha256").update(name.toWellFormed()).digest("hex").slice(0, 12);
}

/** The envelope sender of a delivery: what comes back to it is its bounce. */
export const bounceAddress = (token: string, domain: string): string => `${BOUNCE}+${token}@${domain}`;

/** The token of an envelope sender that `bounceAddress` made; null: another address. Local parts may have lost their case on the way. */
export function readBounceAddress(address: string, domain: string): string | null {
  const at = address.lastIndexOf("@");
  if (at < 0 || address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return null;
  return /^bounce\+([a-z0-9]+-[a-z0-9]+)$/.exec(address.slice(0, at).toLowerCase())?.[1] ?? null;
}

/** A person's mailbox as an envelope and a header can carry it. Throws SendError (permanent) when it is none. */
export function recipient(address: string): string {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  // Control characters, spaces, brackets and lists never belong to one mailbox; quoted local parts are not used here.
  if (at < 1 || domain === "" || /[\s\p{C}<>(),;:\\"[\]@]/u.test(local)) {
    throw new SendError("permanent", "not a mailbox", {
      scope: "message",
      words: "The mail address can't be used.",
    });
  }
  return `${local}@${domain}`;
}
