// Which mailbox is whose.
import { domainToASCII } from "node:url";
import type { MailUser } from "./options.ts";
import { isAscii } from "./write.ts";

/** One form for every way to write a mailbox: case does not matter, nor how an international domain is written (RFC 6531). */
export function canonical(address: string): string {
  if (isAscii(address)) return address.toLowerCase();
  const lower = address.normalize("NFC").toLowerCase();
  const at = lower.lastIndexOf("@");
  if (at < 0) return lower;
  return `${lower.slice(0, at)}@${domainToASCII(lower.slice(at + 1)) || lower.slice(at + 1)}`;
}

const PLAIN =
  /^(?:[^"(),:;<>@[\]\\]{0,200}<([^\s"(),:;<>@[\]\\]+@[^\s"(),:;<>@[\]\\]+)>|([^\s"(),:;<>@[\]\\]+@[^\s"(),:;<>@[\]\\]+))$/;

/** A longer field names more people than one user is. */
const MAX_FIELD = 2_000;

/** Every mailbox of an address header, canonical. What can't be read is "", so that it is nobody's. */
export async function mailboxes(fields: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const field of fields) {
    if (field.length > MAX_FIELD) {
      found.push("");
      continue;
    }
    const plain = PLAIN.exec(field);
    if (plain) found.push(canonical(plain[1] ?? plain[2] ?? ""));
    else found.push(...(await parsed(field)));
  }
  return found;
}

/** Most fields are plain: who knows the others takes 6 MB of memory. */
async function parsed(field: string): Promise<readonly string[]> {
  const { parseAddressHeader } = await import("mailparser");
  return parseAddressHeader(field, { flatten: true }).value.map((one) => canonical(one.address ?? ""));
}

/** The people of the config, by what they call themselves. */
export interface Directory {
  /** The user whose mailbox this is. */
  owner(address: string): MailUser | null;
  /** The user with this login: her name, or one of her addresses. */
  login(name: string): MailUser | null;
  owns(user: MailUser, address: string): boolean;
}

export function directory(users: readonly MailUser[]): Directory {
  const byAddress = new Map<string, MailUser>();
  const byName = new Map<string, MailUser>();
  for (const user of users) {
    if (!byName.has(user.name.toLowerCase())) byName.set(user.name.toLowerCase(), user);
    for (const address of user.email) {
      const key = canonical(address);
      if (!byAddress.has(key)) byAddress.set(key, user);
    }
  }
  return {
    owner: (address) => byAddress.get(canonical(address)) ?? null,
    login: (name) => byName.get(name.toLowerCase()) ?? byAddress.get(canonical(name)) ?? null,
    owns: (user, address) => byAddress.get(canonical(address)) === user,
  };
}
