// Delivers mails into one Maildir on this machine: durable, and a repeated delivery is one mail. https://cr.yp.to/proto/maildir.html
import { access, mkdir, open, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { SendError } from "../../bridge/errors.ts";
import type { Outlet } from "./relay.ts";
import { field, type Mail } from "./write.ts";

/** Mails are for their owner's eyes. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** `path`: the Maildir itself; it and its three folders are made when needed. `domain` takes the place of the host name in file names. */
export function createMaildir(path: string, domain: string): Outlet {
  const tmp = join(path, "tmp");
  const fresh = join(path, "new");
  const read = join(path, "cur");
  /** Deliveries that failed after they may have arrived: looked for although the heart thinks that they are new. */
  const doubtful = new Set<string>();

  async function store(mail: Mail, signal: AbortSignal): Promise<void> {
    for (const folder of [tmp, fresh, read]) await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const name = fileName(mail, domain);
    if ((mail.again || doubtful.has(name)) && (await has(fresh, read, name))) {
      doubtful.delete(name);
      await sync(fresh);
      return;
    }
    const draft = join(tmp, name);
    const file = await open(draft, "w", FILE_MODE);
    try {
      await file.writeFile(delivered(mail));
      await file.sync();
    } finally {
      await file.close();
    }
    if (signal.aborted) throw signal.reason;
    doubtful.add(name);
    await rename(draft, join(fresh, name));
    // The name is in the folder only when the folder itself is on disk.
    await sync(fresh);
    doubtful.delete(name);
  }

  return {
    async deliver(mail, signal) {
      try {
        signal.throwIfAborted();
        await store(mail, signal);
        return mail.id;
      } catch (cause) {
        const scope = signal.aborted ? "message" : "upstream";
        throw new SendError(
          "temporary",
          `maildir: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause, scope },
        );
      }
    },
    close: () => undefined,
  };
}

/** The same for every repetition of a delivery; `/` and `:` may not be in it. */
const fileName = (mail: Mail, domain: string): string =>
  `${Math.floor(mail.at / 1000)}.${mail.token}.${domain}`.replace(/[/:]/g, "_");

/** Is it there already, unread (`new/NAME`) or seen by a client (`cur/NAME:2,FLAGS`)? */
async function has(fresh: string, read: string, name: string): Promise<boolean> {
  const unread = await access(join(fresh, name)).then(
    () => true,
    () => false,
  );
  return unread || (await readdir(read)).some((other) => other === name || other.startsWith(`${name}:`));
}

/** As a final delivery writes it: the envelope on top (RFC 5321 4.4), lines as the system has them. */
function delivered(mail: Mail): Buffer {
  const envelope = [field("Return-Path", `<${mail.from}>`), `Delivered-To: ${mail.to}`, ""].join("\r\n");
  return Buffer.from((envelope + mail.raw.toString("utf8")).replaceAll("\r\n", "\n"));
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
