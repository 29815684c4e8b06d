// The certificates that mail clients are shown: whose, until when, and whether the key belongs to them.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { bad, type Check, doubtful, good, type Said, spell, words } from "./finding.ts";
import type { MailPatient } from "./patient.ts";

const LIMIT = 5_000;
const DAY = 86_400_000;
/** Let's Encrypt renews 30 days before the end: at this many something went wrong. */
const SOON = 14 * DAY;

/** null: this channel shows none. `now`: UTC milliseconds. */
export function certificateCheck(mail: MailPatient, now: () => number): Check | null {
  const files = new Map<string, string>();
  for (const { cert, key } of mail.listen) if (cert && key) files.set(cert, key);
  if (files.size === 0) return null;
  return {
    name: `certificate ${mail.name}`,
    limit: LIMIT,
    run: async () =>
      (await Promise.all([...files].map(([cert, key]) => look(cert, key, mail.hostname, now())))).flat(),
  };
}

async function look(file: string, keyFile: string, hostname: string, now: number): Promise<readonly Said[]> {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(await readFile(file));
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(keyFile))))
      return [bad(`${keyFile} is not the key of ${file}`, "Set cert and key to files that belong together.")];
  } catch (error) {
    return [bad(`${file}, ${keyFile}: ${words(error)}`, "They must be a certificate and its key, as PEM.")];
  }
  const from = Date.parse(certificate.validFrom);
  const left = Date.parse(certificate.validTo) - now;
  const renew = "Renew it, then reload the daemon (SIGHUP).";
  const said: Said[] = [];
  if (from > now)
    said.push(bad(`${file} is valid only in ${spell(from - now)}`, "Is the clock of this machine right?"));
  else if (left <= 0) said.push(bad(`${file} ran out ${spell(left)} ago`, renew));
  else if (left < SOON) said.push(doubtful(`${file} runs out in ${spell(left)}`, renew));
  else said.push(good(`${file} is valid for ${spell(left)}`));
  if (certificate.checkHost(hostname) === undefined)
    said.push(
      doubtful(
        `${file} is not for ${hostname}, what simpost calls itself`,
        "Mail clients that check names must use one that is in it; or set hostname.",
      ),
    );
  return said;
}
