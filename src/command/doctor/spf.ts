// SPF (RFC 7208), as far as we need it: may these addresses send for the domain?
import { BlockList, isIP } from "node:net";
import { bad, doubtful, good, type Said } from "./finding.ts";

/** What DNS knows; what is not there is an empty list. Rejects with Error when it can't say. */
export interface Lookup {
  /** Hosts, the preferred one first. */
  mx(name: string): Promise<readonly string[]>;
  txt(name: string): Promise<readonly string[]>;
  /** An address is its own. */
  addresses(name: string): Promise<readonly string[]>;
}

export type SpfResult = "pass" | "fail" | "softfail" | "neutral" | "none" | "permerror";

/** RFC 7208 section 4.6.4: terms that ask DNS. */
const MAX_LOOKUPS = 10;

const QUALIFIERS: Readonly<Record<string, SpfResult>> = {
  "+": "pass",
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
};

/** `addresses`: of the relays, public ones; none: only the record itself is looked at. */
export async function judgeSpf(
  lookup: Lookup,
  domain: string,
  addresses: readonly string[],
): Promise<readonly Said[]> {
  const records = await recordsOf(lookup, domain);
  const [record] = records;
  const spam = `Mail servers may take mails from NUMBER@${domain} for spam.`;
  if (record === undefined) {
    const allowed =
      addresses.length > 0 ? addresses.map((one) => `ip${isIP(one)}:${one}`).join(" ") : "a:RELAY";
    return [
      doubtful(`${domain} has no SPF record`, `${spam} Add to DNS: ${domain} TXT "v=spf1 ${allowed} -all"`),
    ];
  }
  if (records.length > 1)
    return [
      bad(
        `${domain} has ${records.length} SPF records: none of them counts`,
        "Make one of them (RFC 7208, 4.5).",
      ),
    ];
  if (/\s\+?all\b/i.test(record))
    return [doubtful(`SPF of ${domain} lets everybody send in its name`, "End it with -all or ~all.")];
  if (addresses.length === 0)
    return [good(`${domain} has an SPF record; from where the relay sends on can't be seen from here`)];
  const said: Said[] = [];
  for (const address of addresses) {
    const result = await evaluate(lookup, domain, address);
    if (result === "pass") said.push(good(`SPF of ${domain} allows the relay ${address}`));
    else if (result === "permerror")
      said.push(
        bad(
          `SPF of ${domain} can't be evaluated: "${record}"`,
          "See RFC 7208: at most 10 lookups, known terms.",
        ),
      );
    else
      said.push(
        doubtful(
          `SPF of ${domain} does not allow the relay ${address} (${result})`,
          `${spam} Add ip${isIP(address)}:${address} to it, unless the relay sends from another address that it allows.`,
        ),
      );
  }
  return said;
}

const recordsOf = async (lookup: Lookup, domain: string): Promise<readonly string[]> =>
  (await lookup.txt(domain)).filter((text) => /^v=spf1(?:\s|$)/i.test(text));

/** check_host() without macros, `exists` and `ptr`, which match nothing here. Rejects with Error when DNS can't say. */
export async function evaluate(
  lookup: Lookup,
  domain: string,
  address: string,
  budget = { left: MAX_LOOKUPS },
): Promise<SpfResult> {
  const records = await recordsOf(lookup, domain);
  const [record] = records;
  if (record === undefined) return "none";
  if (records.length > 1) return "permerror";
  let redirect: string | undefined;
  for (const term of record.split(/\s+/).slice(1)) {
    if (term === "") continue;
    const modifier = /^([a-z][\w.-]*)=(.*)$/i.exec(term);
    if (modifier) {
      if (modifier[1]?.toLowerCase() === "redirect") redirect = modifier[2];
      continue;
    }
    const read = /^([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/]*))?(\/.*)?$/i.exec(term);
    if (!read) return "permerror";
    const [, sign = "", name = "", value, prefix = ""] = read;
    if (/^(?:include|a|mx|ptr|exists)$/i.test(name) && --budget.left < 0) return "permerror";
    const matched = await matches(
      lookup,
      { name: name.toLowerCase(), value, prefix, domain },
      address,
      budget,
    );
    if (matched === "permerror") return "permerror";
    if (matched) return QUALIFIERS[sign || "+"] ?? "neutral";
  }
  if (redirect === undefined) return "neutral";
  if (--budget.left < 0) return "permerror";
  const result = await evaluate(lookup, redirect, address, budget);
  return result === "none" ? "permerror" : result;
}

interface Mechanism {
  readonly name: string;
  readonly value: string | undefined;
  /** "/24", "//64", "/24//64", or "". */
  readonly prefix: string;
  readonly domain: string;
}

async function matches(
  lookup: Lookup,
  { name, value, prefix, domain }: Mechanism,
  address: string,
  budget: { left: number },
): Promise<boolean | "permerror"> {
  const host = value || domain;
  switch (name) {
    case "all":
      return true;
    case "ip4":
    case "ip6":
      return isIn(address, [value ?? ""], name === "ip6" ? `/${prefix}` : prefix);
    case "a":
      return isIn(address, await lookup.addresses(host), prefix);
    case "mx": {
      const hosts = await lookup.mx(host);
      const found = await Promise.all(hosts.map((one) => lookup.addresses(one)));
      return isIn(address, found.flat(), prefix);
    }
    case "include": {
      const result = await evaluate(lookup, host, address, budget);
      return result === "none" || result === "permerror" ? "permerror" : result === "pass";
    }
    default:
      return false;
  }
}

/** Dual-cidr-length (RFC 7208 section 5.6): "/24//64". */
function isIn(address: string, networks: readonly string[], prefix: string): boolean {
  const [, four = "32", six = "128"] = /^(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(prefix) ?? [];
  const list = new BlockList();
  for (const network of networks) {
    try {
      if (isIP(network) === 4) list.addSubnet(network, Number(four), "ipv4");
      else if (isIP(network) === 6) list.addSubnet(network, Number(six), "ipv6");
    } catch {
      // A prefix that is none: it matches nothing.
    }
  }
  return list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
