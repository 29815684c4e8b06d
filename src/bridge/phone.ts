// Phone numbers: how people and gateways write them, how simpost keeps them (E.164, short codes, USSD codes), how they look in logs.
import {
  type CountryCode,
  getExampleNumber,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";
import mobiles from "libphonenumber-js/mobile/examples";
import { Rejected } from "./errors.ts";

/** How a device writes numbers, and wants them written: +4915112345678, 4915112345678, 015112345678. */
export type NumberForm = "e164" | "digits" | "national";

/** ITU-T E.164, 6.2.1: at most 15 digits with the country code; fewer than 7 reach nobody from abroad. */
const E164 = /^\+[1-9]\d{6,14}$/;
/** Service numbers that exist inside one network: never given a country code. */
const SHORT = /^\d{3,6}$/;
/** MMI codes begin with * or # and end with # (3GPP TS 22.030, 6.5.2). */
const USSD = /^[*#][0-9*#+]*#$/;
/** Longest USSD string: 160 octets of 7-bit characters (3GPP TS 23.038, 6.1.2.3). */
const USSD_LONGEST = 182;
/** A sender or recipient longer than this is none. */
const RAW_LONGEST = 250;
/** Senders in letters are at most 11 characters on air (3GPP TS 23.040, 9.1.2.5); devices may add to it. */
const NAME_LONGEST = 64;

/** Blanks, dashes, dots, slashes and brackets that people group digits with, and invisible marks that come along when they copy. */
const GROUPING = /[\s\p{Pd}\p{Cf}./()[\]\u2212]/gu;

export interface ReadRecipient {
  /** Canonical: E.164 with +, a short code, or a USSD code as dialled. */
  readonly phone: string;
  readonly kind: "number" | "short" | "ussd";
  /** False: no numbering plan that we know has such a number. A reason to warn, never to refuse. */
  readonly valid: boolean;
}

/**
 * Reads what a person wrote as a recipient: `+49 170 …`, `0049…`, national with `region` (ISO 3166), bare digits with the country code, a short code
 * (3 to 6 digits), a USSD code. Grouping characters and `tel:` are tolerated. Bare digits are national where they are a valid number in just the form
 * that the region writes, else international if that is valid, else national. Throws Rejected("not-a-number").
 */
export function readRecipient(raw: string, region: string | undefined): ReadRecipient {
  const written = raw
    .slice(0, RAW_LONGEST + 1)
    .trim()
    .replace(/^tel:/i, "");
  if (raw.length > RAW_LONGEST || written === "") throw notANumber(raw, EXAMPLES);
  const code = written.replace(/[\s\p{Cf}]/gu, "");
  if (/^[*#]/.test(code)) return readCode(raw, code);
  const digits = written.replace(GROUPING, "");
  if (!/^\+?\d+$/.test(digits)) throw notANumber(raw, EXAMPLES);
  if (SHORT.test(digits)) return { phone: digits, kind: "short", valid: true };
  const read = readDigits(digits, region);
  if (read) return { ...read, kind: "number" };
  if (/^0[1-9]/.test(digits) && !countryOf(region)) {
    throw notANumber(raw, "it has no country code, and none is configured. Write it like +491701234567");
  }
  throw notANumber(raw, /^\+?\d{1,6}$/.test(digits) ? "it is too short" : EXAMPLES);
}

const EXAMPLES = "write it like +491701234567";

function notANumber(raw: string, why: string): Rejected {
  const shown = raw.replace(/[^\x20-\x7e]/g, "?").slice(0, 40);
  return new Rejected("not-a-number", `"${shown}" is not a phone number: ${why}.`);
}

function readCode(raw: string, code: string): ReadRecipient {
  if (code.length > USSD_LONGEST) throw notANumber(raw, `a USSD code has at most ${USSD_LONGEST} characters`);
  if (!USSD.test(code))
    throw notANumber(raw, "a USSD code has only digits, * and #, and ends with #, like *100#");
  return { phone: code, kind: "ussd", valid: true };
}

interface Read {
  readonly phone: string;
  readonly valid: boolean;
}

/** Numbers that were read lately: to read one takes longer than all else at the door, and most are written to again. */
const lately = new Map<string, Read>();
/** As many are remembered; then anew. */
const LATELY = 2_000;

function readDigits(digits: string, region: string | undefined): Read | undefined {
  const key = `${region ?? ""} ${digits}`;
  const known = lately.get(key);
  if (known) return known;
  const read = readAnew(digits, region);
  if (lately.size >= LATELY) lately.clear();
  if (read) lately.set(key, read);
  return read;
}

function readAnew(digits: string, region: string | undefined): Read | undefined {
  if (digits.startsWith("+")) return international(digits);
  if (digits.startsWith("00")) return international(`+${digits.slice(2)}`);
  const country = countryOf(region);
  const here = country && parse(digits, country);
  if (digits.startsWith("0")) return national(here);
  const abroad = international(`+${digits}`);
  if (isLocal(here, digits)) return national(here);
  if (abroad?.valid) return abroad;
  return here?.isPossible() ? national(here) : (known(abroad) ?? national(here));
}

/** A valid number in just the form that its country writes: then it is no other country's. */
const isLocal = (parsed: PhoneNumber | undefined, digits: string): boolean =>
  parsed?.isValid() === true && nationalDigits(parsed) === digits;

/** Reads `+` and digits. What no plan knows stays as it is. */
function international(digits: string): Read | undefined {
  const parsed = parse(digits);
  if (parsed?.isValid()) return { phone: parsed.number, valid: true };
  return E164.test(digits) ? { phone: digits, valid: false } : undefined;
}

const national = (parsed: PhoneNumber | undefined): Read | undefined =>
  parsed && E164.test(parsed.number) ? { phone: parsed.number, valid: parsed.isValid() } : undefined;

/** Only if its country code exists and the length may be right there. */
const known = (read: Read | undefined): Read | undefined =>
  read && parse(read.phone)?.isPossible() ? read : undefined;

const parse = (digits: string, country?: CountryCode): PhoneNumber | undefined =>
  parsePhoneNumberFromString(digits, { extract: false, ...(country ? { defaultCountry: country } : {}) });

const countryOf = (region: string | undefined): CountryCode | undefined =>
  region !== undefined && isSupportedCountry(region) ? region : undefined;

const nationalDigits = (parsed: PhoneNumber): string => parsed.formatNational().replaceAll(/\D/g, "");

export interface ReadSender {
  /** As `ReadRecipient.phone`; or a name (`INFO`), or digits that can't be placed, as the device wrote them. */
  readonly address: string;
  /** A text can be sent back. Then `readRecipient(address, region).phone` is `address`. */
  readonly answerable: boolean;
}

/** Who sends when a device names nobody. */
const NAMELESS = "unknown";

/**
 * Reads the sender of a text as a gateway wrote it. `numbers` is the device's own form and tells how to read bare digits: `digits`: with the
 * country code; `national`: a number of `region`; `e164`: a + may have got lost. Names are kept as they are, without control characters.
 */
export function readSender(
  raw: string,
  { region, numbers }: { readonly region: string | undefined; readonly numbers: NumberForm },
): ReadSender {
  const name = raw
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, "")
    .trim()
    .slice(0, NAME_LONGEST);
  const digits = name.replaceAll(GROUPING, "");
  if (!/^\+?\d+$/.test(digits)) return { address: name || NAMELESS, answerable: false };
  const short = digits.replace("+", "");
  if (SHORT.test(short)) return { address: short, answerable: true };
  const read = /^(?:\+|0)/.test(digits) ? readDigits(digits, region) : readBare(digits, region, numbers);
  return read ? { address: read.phone, answerable: true } : { address: digits, answerable: false };
}

function readBare(digits: string, region: string | undefined, numbers: NumberForm): Read | undefined {
  if (numbers === "national") return readDigits(digits, region);
  const country = countryOf(region);
  const here = country && parse(digits, country);
  if (numbers === "e164" && isLocal(here, digits)) return national(here);
  return known(international(`+${digits}`)) ?? (here?.isValid() ? national(here) : undefined);
}

/**
 * How a device wants a phone: E.164, digits with the country code, or the national form of `region` (abroad: 00 and digits).
 * Short codes and USSD codes stay as they are.
 */
export function dialled(phone: string, form: NumberForm, region: string | undefined): string {
  if (form === "e164" || !phone.startsWith("+")) return phone;
  const digits = phone.slice(1);
  if (form === "digits") return digits;
  const country = countryOf(region);
  const parsed = parse(phone);
  const example = country && getExampleNumber(country, mobiles);
  if (!parsed || !example || parsed.countryCallingCode !== example.countryCallingCode) return `00${digits}`;
  if (parsed.isValid()) return nationalDigits(parsed);
  // No plan knows the number, so none says how it is written: put before it what is put before others there.
  const trunk = nationalDigits(example).slice(0, -example.nationalNumber.length);
  return `${trunk}${digits.slice(example.countryCallingCode.length)}`;
}

/** What of an address may stand in a log: `+4917…67`, `*100…#`, `a…@example.org`. Short codes and names are services, not people, and stay. */
export function masked(address: string): string {
  const shown = address.replaceAll(/\p{Cc}/gu, "").slice(0, RAW_LONGEST);
  const at = shown.lastIndexOf("@");
  if (at > 0) return `${shown.slice(0, 1)}…${shown.slice(at)}`;
  if (/^[*#]/.test(shown)) return shown.length <= 6 ? shown : `${shown.slice(0, 4)}…#`;
  const digits = shown.replaceAll(/\D/g, "").length;
  if (digits < 7) return shown;
  return `${shown.slice(0, Math.min(5, shown.length - 6))}…${shown.slice(-2)}`;
}

/**
 * Does `pattern` match the whole of `address` (E.164, or a short or USSD code as dialled)? `*` is any run of characters, also none; `\*` is a star.
 * Linear: no regular expression is made of it.
 */
export function matches(pattern: string, address: string): boolean {
  const [first = "", ...rest] = literals(pattern);
  const last = rest.pop();
  if (last === undefined) return address === first;
  if (!address.startsWith(first)) return false;
  let at = first.length;
  for (const literal of rest) {
    const found = address.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return address.length - last.length >= at && address.endsWith(last);
}

/** What stands between the stars. */
function literals(pattern: string): string[] {
  const found: string[] = [];
  let literal = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*") {
      found.push(literal);
      literal = "";
    } else if (character === "\\" && /[*\\]/.test(pattern.charAt(at + 1))) literal += pattern.charAt(++at);
    else literal += character;
  }
  return [...found, literal];
}
