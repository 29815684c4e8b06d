// DNS: do other mail servers find us, and do they believe mails that we send?
import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { bad, type Check, codeOf, doubtful, good, type Said, words } from "./finding.ts";
import type { MailPatient, Patient } from "./patient.ts";
import { judgeSpf, type Lookup } from "./spf.ts";

const LIMIT = 20_000;
const TIMEOUT = 3_000;
const TRIES = 2;

/** RFC 2606, RFC 6761, RFC 6762, RFC 8375, and `.internal` (ICANN, 2024), and what people made up: never in public DNS. */
const PRIVATE =
  /(?:^|\.)(?:local|localhost|internal|intranet|private|corp|home|lan|test|example|invalid|home\.arpa|example\.(?:com|net|org))$/;

export const isPrivateName = (domain: string): boolean => !domain.includes(".") || PRIVATE.test(domain);

/** 127/8, 10/8, 172.16/12, 192.168/16, 169.254/16 (RFC 6890), and their like in IPv6. */
export const isPrivateAddress = (address: string): boolean =>
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe[89ab])/i.test(address);

export function dnsCheck({
  domain,
  mail,
  resolvers,
}: Pick<Patient, "domain" | "mail" | "resolvers">): Check | null {
  if (mail.length === 0) return null;
  return {
    name: "DNS",
    limit: LIMIT,
    async run(signal) {
      if (isPrivateName(domain))
        return [good(`${domain} is a private name: your own mail server must know the way to it`)];
      const resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES });
      if (resolvers) resolver.setServers(resolvers);
      signal.addEventListener("abort", () => resolver.cancel(), { once: true });
      const lookup = lookupOf(resolver);
      return [...(await wayIn(lookup, domain, mail)), ...(await wayOut(lookup, domain, mail))];
    },
  };
}

/** What is not there is an empty list; other errors are thrown. */
function lookupOf(resolver: Resolver): Lookup {
  const some = async <T>(ask: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await ask;
    } catch (error) {
      if (["ENOTFOUND", "ENODATA"].includes(codeOf(error))) return [];
      throw error;
    }
  };
  return {
    mx: async (name) => {
      const found = await some(resolver.resolveMx(name));
      return found.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    },
    txt: async (name) => (await some(resolver.resolveTxt(name))).map((pieces) => pieces.join("")),
    addresses: async (name) =>
      isIP(name) > 0
        ? [name]
        : (await Promise.all([some(resolver.resolve4(name)), some(resolver.resolve6(name))])).flat(),
  };
}

async function wayIn(lookup: Lookup, domain: string, mail: readonly MailPatient[]): Promise<readonly Said[]> {
  if (mail.every(({ listen }) => listen.length === 0)) return [];
  let exchanges: readonly string[];
  try {
    exchanges = await lookup.mx(domain);
  } catch (error) {
    return [doubtful(`MX of ${domain}: ${words(error)}`, "Is DNS in order on this machine?")];
  }
  const point = `Mail servers elsewhere don't find ${domain}. If they are to: an MX record that names the mail server in front of simpost, or simpost's own host.`;
  if (exchanges.length === 0) return [doubtful(`${domain} has no MX record`, point)];
  const said: Said[] = [];
  for (const exchange of exchanges) {
    // RFC 7505: "." says that the domain takes no mail.
    if (exchange === "" || exchange === ".")
      return [bad(`the MX record of ${domain} says that it takes no mail`, "Name a host in it.")];
    const addresses = await lookup.addresses(exchange);
    if (addresses.length === 0)
      said.push(bad(`MX ${exchange} of ${domain} has no address`, `Give ${exchange} an A or AAAA record.`));
    else said.push(good(`mail for ${domain} goes to ${exchange} (${addresses.join(", ")})`));
  }
  return said;
}

/** SPF (RFC 7208) of what is sent from NUMBER@domain. */
async function wayOut(
  lookup: Lookup,
  domain: string,
  mail: readonly MailPatient[],
): Promise<readonly Said[]> {
  const hosts = mail.flatMap(({ relay }) => (relay.kind === "smtp" ? [relay.host] : []));
  if (hosts.length === 0) return [good("mails stay on this machine: nobody asks for SPF")];
  try {
    const addresses = (await Promise.all(hosts.map((host) => lookup.addresses(host)))).flat();
    return await judgeSpf(
      lookup,
      domain,
      addresses.filter((address) => !isPrivateAddress(address)),
    );
  } catch (error) {
    return [doubtful(`SPF of ${domain}: ${words(error)}`, "Is DNS in order on this machine?")];
  }
}
