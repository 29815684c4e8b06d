// Words a delivery as a mail: a text from a phone, and what somebody else answered to one, here; a notice through dsn.ts.
import { bounceToken, type Message } from "../../bridge/message.ts";
import type { Post } from "../../bridge/ports/channel.ts";
import { bounceAddress, isAnswerable, phoneAddress, recipient } from "./address.ts";
import { notice } from "./dsn.ts";
import type { EmailOptions } from "./options.ts";
import { findOtp, otpToken } from "./otp.ts";
import type { Speech } from "./speech.ts";
import { messageId, references, subject } from "./thread.ts";
import { date, entity, field, type Mail, mailbox, oneLine, textPart, words } from "./write.ts";

export interface ComposeOptions extends Pick<EmailOptions, "domain" | "hostname" | "sims"> {
  /** In whose language a mail is written. */
  readonly speech: Speech;
}

/** The mail for a delivery: the same post gives the same mail, byte for byte. Throws SendError (permanent) if the address is no mailbox. */
export function compose(post: Post, options: ComposeOptions): Mail {
  const { delivery, message } = post;
  const parts = message.from === null ? notice(post, options, options.speech(post)) : text(post, options);
  const token = bounceToken(delivery);
  const raw = Buffer.from(
    entity([...parts.fields, "MIME-Version: 1.0", ...parts.content.fields], parts.content.body),
  );
  return {
    token,
    at: message.at,
    // RFC 3464 2: a notice has the null sender, so that it never causes another.
    from: message.from === null ? "" : bounceAddress(token, options.domain),
    to: recipient(delivery.to.address),
    id: messageId(post, options.domain),
    // `attempts` counts this one.
    again: delivery.attempts > 1,
    raw,
  };
}

function text(post: Post, options: ComposeOptions) {
  const { delivery, message, thread } = post;
  const { domain } = options;
  const speech = options.speech(post);
  const id = messageId(post, domain);
  const answers = references(post.refs, id);
  const { phone } = thread;
  const answerer = answererOf(message);
  const name = oneLine(post.name ?? "") || phone;
  const shown = answerer ? speech("mail-answered-by", { ...answerer, phone: name }) : name;
  const otp = answerer ? null : findOtp(delivery.text);
  const fields = [
    // The phone's address even where a person wrote: an answer to this mail goes to the phone.
    field("From", mailbox(shown, phoneAddress(phone, domain))),
    field("To", `<${recipient(delivery.to.address)}>`),
    words("Subject", subject(post, speech)),
    field("Date", date(message.at)),
    field("Message-ID", `<${id}>`),
    ...(answers ? [field("In-Reply-To", answers.newest), field("References", answers.all)] : []),
    // RFC 3834 5.1: no vacation notice comes back; Exchange wants its own word for that.
    "Auto-Submitted: auto-generated",
    "X-Auto-Response-Suppress: All",
    field("X-Simpost-Id", bounceToken(delivery)),
    ...(answerer ? [words("X-Simpost-Answered-By", `${message.user} (${answerer.channel})`)] : []),
    ...about(post, options),
    ...(otp ? [field("OTP-Token", otpToken(otp, domain))] : []),
  ];
  return { fields, content: textPart(delivery.text) };
}

/** What a person's name may take in a sender's, characters. */
const NAME_MAX = 60;

/** Who of the people wrote this to the phone, as she is called there (`origin.name`), and on which channel; null: it is the phone's own text. */
function answererOf({ from, user, origin }: Message) {
  if (from === null || user === null) return null;
  const called = Array.from(oneLine(origin.name ?? "") || user);
  return { name: called.slice(0, NAME_MAX).join(""), channel: from.via };
}

/** Where the text came from, for filters and people who look. */
function about(post: Post, options: ComposeOptions): readonly string[] {
  const { message, thread } = post;
  const fromPhone = message.user === null;
  const gateway = thread.lane?.gateway ?? (fromPhone ? message.from?.via : undefined);
  const port = thread.lane?.port ?? null;
  const sim = options.sims.find((one) => one.gateway === gateway && one.port === port);
  const origin = fromPhone ? message.origin : {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    [fromPhone ? "From" : "To", thread.phone],
    ["Gateway", gateway],
    ["Port", port?.toString()],
    ["Slot", origin.slot],
    ["Sim", sim?.number ?? origin.sim],
    ["Label", sim?.label],
    ["Time", origin.stamp],
    ["Answerable", isAnswerable(thread.phone) ? undefined : "no"],
  ];
  return facts.flatMap(([name, value]) => (value ? [words(`X-Simpost-${name}`, value)] : []));
}
