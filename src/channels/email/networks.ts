// Networks that are trusted, and what one client is.
import { BlockList, isIP, isIPv6 } from "node:net";

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** The address without the form that dual-stack sockets give IPv4 clients. */
export const plainAddress = (address: string | undefined): string => (address ?? "").replace(MAPPED, "");

/** Is an address in one of `cidrs`? IPv4 and its `::ffff:` form are the same. Throws Error for what is no network. */
export function networks(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [written = "", prefix] = cidr.split("/");
    const address = plainAddress(written);
    const family = isIP(address);
    if (family === 0) throw new Error(`not a network: ${cidr}`);
    const bits = family === 4 ? 32 : 128;
    const shift = address === written ? 0 : 96;
    const length = prefix === undefined ? bits : Number(prefix) - shift;
    if (!Number.isInteger(length) || length < 0 || length > bits) throw new Error(`not a network: ${cidr}`);
    list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  }
  return (address) => {
    const plain = plainAddress(address).replace(/%.*$/, "");
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 4 ? "ipv4" : "ipv6");
  };
}

/** Who counts as one client: an IPv4 address, or the /64 that an IPv6 site has at least. */
export function client(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.replace(/%.*$/, "").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
