// "address:port" read and written.

/** Where a listener without an address listens. */
const LOOPBACK = "127.0.0.1";

/**
 * Reads "address:port", "[v6]:port", ":port" or "port". No address means loopback, never everywhere.
 * Throws Error when it can't be read.
 */
export function parseListen(listen: string): { readonly hostname: string; readonly port: number } {
  const match = /^(?:(?:\[([0-9a-f:.%\w]+)\]|([^\s:[\]]*)):)?(\d{1,5})$/i.exec(listen.trim());
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw new Error(`http: "${listen}" is not address:port, like 127.0.0.1:8080`);
  return { hostname: match[1] || match[2] || LOOPBACK, port };
}

/** Writes "address:port", IPv6 in brackets. */
export const spelled = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
