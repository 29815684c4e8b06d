// A desk for tests of channels: what it shows is set from outside, what it is told is remembered.
import type { Party } from "../../src/bridge/message.ts";
import type { Desk, PortView, Standing } from "../../src/bridge/ports/desk.ts";
import type { Job } from "../../src/bridge/ports/store.ts";
import { measure } from "../../src/bridge/text.ts";

export class FakeDesk implements Desk {
  shown: readonly PortView[] = [];
  stands: Standing = {
    depth: { queued: 0, sending: 0, accepted: 0, sent: 0, delivered: 0, unsure: 0, failed: 0 },
    gateways: [],
    channels: [],
  };
  found: readonly Job[] = [];
  readonly messages = new Map<string, NonNullable<Awaited<ReturnType<Desk["message"]>>>>();
  /** By "via ref". */
  readonly refs = new Map<string, Job>();
  readonly names = new Map<string, string>();
  /** Users by "via:address". */
  readonly users = new Map<string, string>();
  readonly places = new Set<string>();
  maxParts = 6;

  ports(): readonly PortView[] {
    return this.shown;
  }
  async standing(): Promise<Standing> {
    return this.stands;
  }
  async find(_user: string | null, _what: string, limit: number): Promise<readonly Job[]> {
    return this.found.slice(0, limit);
  }
  async message(id: string): ReturnType<Desk["message"]> {
    return this.messages.get(id) ?? null;
  }
  async said(via: string, ref: string): Promise<Job | null> {
    return this.refs.get(`${via} ${ref}`) ?? null;
  }
  price(text: string): ReturnType<Desk["price"]> {
    return { ...measure(text), maxParts: this.maxParts };
  }
  nameOf(phone: string): string | null {
    return this.names.get(phone) ?? null;
  }
  async call(phone: string, name: string | null): Promise<void> {
    if (name === null) this.names.delete(phone);
    else this.names.set(phone, name);
  }
  userOf({ via, address }: Party): string | null {
    return this.users.get(`${via}:${address}`) ?? null;
  }
  async tie(user: string, { via, address }: Party): Promise<void> {
    this.users.set(`${via}:${address}`, user);
  }
  isPlace(party: Party): boolean {
    return this.userOf(party) !== null || this.places.has(`${party.via}:${party.address}`);
  }
}
