// Lines about what happens by itself: a text reaches a phone, a phone writes, a mail reaches the mailbox, simpost learns something.
import type { ReceivedMail } from "./mailbox.ts";
import type { SentSms } from "./phones.ts";
import { ANA } from "./scenery.ts";
import type { Screen } from "./screen.ts";
import type { LogLine, Service } from "./service.ts";
import type { World } from "./world.ts";

/** From now on everything that happens in the world is told, as it happens. */
export function tell(world: World, screen: Screen): void {
  world.phones.onSms((sms) => {
    screen.step("phone", `${sms.to} gets an SMS from ${sms.ownNumber} (${sim(sms)}): "${sms.text}"`);
  });
  world.people.onText((from, text) => screen.step("phone", `${from} texts: "${text}"`));
  world.mailbox.onMail((mail) => {
    const { headline, details } = describe(mail);
    screen.step("mailbox", headline, details);
  });
}

/** The same for what the daemon says of itself. */
export function tellOf(service: Service, screen: Screen): void {
  service.onLine((line) => {
    const words = meaning(line);
    if (words !== null) screen.step("simpost", words);
  });
}

const sim = ({ device, port }: SentSms): string => `${device}, port ${port}`;

/** What the daemon logs that people want to know; null: the rest. */
function meaning({ event, ...fields }: LogLine): string | null {
  const { to, state, via, gateway, error } = fields;
  const phone = String(to);
  switch (event) {
    case "moved":
      return state === "delivered" && !phone.includes("@") && !/^[*#]/.test(phone)
        ? `delivery report: the SMS to ${phone} has arrived`
        : null;
    case "ussd":
      return `dials the code on ${String(gateway)}, port ${String(fields.port)}`;
    case "failed":
      return `failed: ${phone} by ${String(via)}: ${String(error)}`;
    case "gateway down":
    case "gateway up":
      return `${event}: ${String(gateway)}`;
    default:
      return null;
  }
}

/** A mail as a mail client shows it, and its thread header. */
export function describe({ envelope, parsed, source }: ReceivedMail): {
  readonly headline: string;
  readonly details: readonly string[];
} {
  const notice = envelope.from === "";
  const diagnosis = /^Diagnostic-Code: .*(?:\r\n[ \t].*)*/m.exec(source.toString("latin1"))?.[0];
  const whom = envelope.to.join(", ") || ANA;
  return {
    headline: notice
      ? `${whom} gets a delivery status notification`
      : `${whom} gets a mail: "${(parsed.text ?? "").trim()}"`,
    details: [
      `From: ${parsed.from?.text ?? ""}`,
      `Subject: ${parsed.subject ?? ""}`,
      ...(parsed.inReplyTo ? [`In-Reply-To: ${parsed.inReplyTo}`] : []),
      ...(notice && diagnosis ? [diagnosis.replaceAll(/\r\n[ \t]+/g, " ")] : []),
    ],
  };
}
