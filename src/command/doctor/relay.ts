// The way out for mail: the relay takes our login, or the Maildir can be written. No mail is sent.
import { access, constants } from "node:fs/promises";
import { bad, type Check, good, words } from "./finding.ts";
import type { MailPatient } from "./patient.ts";
import { nearest } from "./rights.ts";

const LIMIT = 45_000;

export const relayCheck = ({ name, relay }: MailPatient): Check => ({
  name: `relay ${name}`,
  limit: LIMIT,
  async run() {
    if (relay.kind === "folder") {
      try {
        await access(await nearest(relay.path), constants.W_OK | constants.X_OK);
        return [good(`mails are put into ${relay.path}`)];
      } catch (error) {
        const todo = "Give the folder to the user that the daemon runs as.";
        return [bad(`${relay.path} can't be written: ${words(error)}`, todo)];
      }
    }
    const where = `${relay.host}:${relay.port}`;
    try {
      await relay.try();
      return [good(`${where} takes our mail${relay.login ? ", and our login" : ""}`)];
    } catch (error) {
      const why = words(error);
      return [bad(`${where}: ${why}`, advice(why))];
    }
  },
});

/** What a failure asks for, by its words. */
function advice(why: string): string {
  if (/\b53[0458]\b|AUTH|login|credential/i.test(why))
    return "Check user and password in relay (characters like @ and : are written as %40 and %3A).";
  if (/certificate|self.signed|altname/i.test(why))
    return "The relay's certificate must be valid for its name: use the name that it is for, or add ?tls=any to relay if the way there is safe.";
  if (/STARTTLS|wrong version|TLS|SSL/i.test(why))
    return "smtps:// is for port 465, smtp:// for 25 and 587. Does the relay offer STARTTLS?";
  if (/refused|no answer|time|route|host name|ENOTFOUND|EDNS/i.test(why))
    return "Is the relay running, its name and port right, and is no firewall between? Many providers block port 25.";
  return "The relay's own log says more.";
}
