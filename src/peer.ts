// Where a request comes from: for those who slow down guessing, or let in only who is near.

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/i;

/** Whether the socket's other end is this machine, by its loopback. */
export const isLoopback = (peer: string): boolean => LOOPBACK.test(peer);

/** What a proxy on this machine says, else the socket's other end. `peer`: that end; "" is nobody's. */
export function addressOf(headers: Headers, peer: string): string {
  // The last one is the one that the proxy itself has seen.
  const said = headers.get("X-Forwarded-For")?.split(",").at(-1)?.trim();
  return (peer === "" || isLoopback(peer)) && said ? said : peer;
}

/** Whoever has an IPv6 address has a whole /64 of them (RFC 6177): that, as its four groups; an IPv4 address as it is. */
export function networkOf(address: string): string {
  if (!address.includes(":") || /^::ffff:/i.test(address)) return address.replace(/^::ffff:/i, "");
  const [head = "", tail] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = (tail ?? "").split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill("0"), ...after].slice(0, 4).join(":");
}
