// How answers are read: each turns what was typed into what is used, or throws Error with what is wrong.
import { isIP } from "node:net";
import { getCountryCallingCode, isSupportedCountry } from "libphonenumber-js/max";

/** The config's own schema checks all of it again: these are for a word at once. */
export function domain(written: string): string {
  const name = written.toLowerCase();
  if (/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name))
    return name;
  throw new Error(`"${written}" is no domain: write it like sms.example.org`);
}

/** "" is none. */
export function region(written: string): string | null {
  const country = written.toUpperCase();
  if (country === "" || country === "NONE") return null;
  if (isSupportedCountry(country)) return country;
  throw new Error("it must be a country's two letters, like DE, or none");
}

/** The pattern of a country's numbers; "": there is no country. */
export const ownCountry = (country: string | null): string =>
  country !== null && isSupportedCountry(country) ? `+${getCountryCallingCode(country)}*` : "";

/** "" is no device. An address alone is http. */
export function gatewayUrl(written: string): string | null {
  if (written === "" || written === "none") return null;
  const url = URL.parse(/^[a-z]+:\/\//i.test(written) ? written : `http://${written}`);
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password)
    return url.href.replace(/\/+$/, "");
  throw new Error("it must be an address like http://192.0.2.10, without a password in it");
}

export function endpointName(written: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(written)) return written;
  throw new Error("a name has lower-case letters, digits and hyphens inside, at most 32");
}

export function zone(written: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: written });
    return written;
  } catch {
    throw new Error(`"${written}" is no time zone: write it like Europe/Berlin or UTC`);
  }
}

export function listen(written: string): { readonly address: string; readonly port: number } {
  const [, six, four, port = ""] = /^(?:\[([0-9a-f:.]+)\]|([\d.]+)):(\d{1,5})$/i.exec(written) ?? [];
  const address = six ?? four ?? "";
  if (isIP(address) > 0 && Number(port) <= 65_535) return { address, port: Number(port) };
  throw new Error("it must be an address and a port, like 127.0.0.1:2525");
}

export function relay(written: string): string {
  const url = URL.parse(written);
  if (/^maildir:./.test(written) || (url && /^(?:smtps?|lmtp):$/.test(url.protocol) && url.hostname !== ""))
    return written;
  throw new Error("it must begin with smtp://HOST, smtps://HOST, lmtp://HOST or maildir:FOLDER");
}

/** "" is nobody. */
export function userName(written: string): string | null {
  if (written === "" || written === "none") return null;
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(written)) return written;
  throw new Error("a name has lower-case letters, digits, dots, hyphens and underscores");
}

/** "" is none. */
export function mailbox(written: string): string | null {
  if (written === "") return null;
  if (/^[^\s@<>(),:;"[\]\\]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(written)) return written.toLowerCase();
  throw new Error(`"${written}" is no mail address: write it like ana@example.org`);
}

/** "" is none. */
export function telegramId(written: string): string | null {
  if (written === "") return null;
  if (/^-?\d{1,20}$/.test(written)) return written;
  throw new Error("it must be a number: the bot tells it to whoever writes to it");
}

/** Patterns, with commas or blanks between them; "" is none. */
export function patterns(written: string): readonly string[] {
  const all = written.split(/[\s,]+/).filter((one) => one !== "");
  const wrong = all.find((one) => !/^(?:\*|\+[1-9]\d*\*?|\d{1,6}\*?|(?:\\?\*|[\d#])+)$/.test(one));
  if (wrong !== undefined) throw new Error(`"${wrong}" is no pattern of numbers: write it like +49*`);
  return all;
}

export function perDay(written: string): number {
  const count = Number(written);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000_000) return count;
  throw new Error("it must be a number from 1 to 1000000");
}

export function driver(written: string): "dinstar" | "synway" | "loopback" {
  if (written === "dinstar" || written === "synway" || written === "loopback") return written;
  throw new Error("it must be dinstar, synway or loopback");
}

export function fingerprint(written: string): string {
  if (/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(written)) return written;
  throw new Error("it must be a SHA-256 fingerprint: 64 hex digits, colons allowed");
}
