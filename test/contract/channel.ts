// What every channel promises of `send`: ids that repeat, errors that mean what they say, an abort that ends it. Each channel's test calls this.
import { afterEach, describe, expect, test } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import type { Channel, Post } from "../../src/bridge/ports/channel.ts";

/** One channel with its upstream: both real, on this machine. */
export interface ChannelRig {
  /** Not started: the suite only sends. */
  readonly channel: Pick<Channel, "send" | "stop" | "concurrency">;
  /** The nth delivery to a person; the same for the same n. */
  readonly post: (n: number) => Post;
  /** Ids of what the upstream has taken, in its own order, repetitions included; null: it has none for it. */
  readonly taken: () => Promise<readonly (string | null)[]>;
  /** From now on the upstream refuses each delivery: for good, or for now. */
  readonly refuse: (how: "permanent" | "temporary") => Promise<void>;
  /** The upstream is gone. */
  readonly down: () => Promise<void>;
  /** It is back, and takes everything. */
  readonly heal: () => Promise<void>;
  /** From now on the upstream does not answer; resolves when the next delivery waits for it. Undo with `heal`. */
  readonly hang: () => Promise<{ readonly waits: Promise<void> }>;
  readonly close: () => Promise<void>;
  /** Each address is an upstream of its own: one that is gone concerns only what goes there. */
  readonly own?: true;
}

/** Why a case does not apply to a channel: it is then no test at all. */
export type Skip = Partial<Record<"same id" | "refuse permanent" | "refuse temporary" | "hang", string>>;

/** The rows of a case that may not apply: one, or none and so no test. */
const unless = (reason: string | undefined): readonly [] | readonly ["applies"] =>
  reason === undefined ? ["applies"] : [];

export function channelContract(name: string, make: () => Promise<ChannelRig>, skip: Skip = {}): void {
  describe(`${name} keeps the contract of a channel`, () => {
    let rig: ChannelRig | undefined;
    const open = async (): Promise<ChannelRig> => {
      rig = await make();
      return rig;
    };
    afterEach(async () => {
      await rig?.close();
      rig = undefined;
    });
    const never = (): AbortSignal => new AbortController().signal;
    const failure = async (sending: Promise<unknown>): Promise<SendError> => {
      const error: unknown = await sending.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error instanceof SendError) return error;
      throw new Error(`expected a SendError, got ${String(error)}`);
    };

    test("what was sent has been taken when send resolves, under the id that it returns", async () => {
      const { channel, post, taken } = await open();
      const { ref } = await channel.send(post(1), never());
      expect(await taken()).toEqual([ref]);
    });

    test.each(unless(skip["same id"]))(
      "the same delivery has the same id again, another delivery has another",
      async () => {
        const { channel, post } = await open();
        const first = await channel.send(post(1), never());
        const other = await channel.send(post(2), never());
        const again = await channel.send(
          { ...post(1), delivery: { ...post(1).delivery, attempts: 2 } },
          never(),
        );
        expect(again).toEqual(first);
        // a channel without ids has none for either
        expect(first.ref === null ? null : other.ref === first.ref).not.toBe(true);
      },
    );

    test("as many at once as `concurrency` says all arrive", async () => {
      const { channel, post, taken } = await open();
      expect(channel.concurrency).toBeGreaterThanOrEqual(1);
      const count = Math.min(channel.concurrency, 20);
      const refs = await Promise.all(
        Array.from({ length: count }, (_, n) => channel.send(post(n + 1), never())),
      );
      const ids = await taken();
      expect(ids).toHaveLength(count);
      expect(new Set(ids)).toEqual(new Set(refs.map(({ ref }) => ref)));
    });

    test("an upstream that is gone is temporary and concerns all that goes there; once it is back the same delivery goes through", async () => {
      const { channel, post, taken, down, heal, own } = await open();
      await down();
      const error = await failure(channel.send(post(1), never()));
      const scope = own ? "message" : "upstream";
      expect({ kind: error.kind, scope: error.scope }).toEqual({ kind: "temporary", scope });
      await heal();
      const { ref } = await channel.send(post(1), never());
      expect(await taken()).toEqual([ref]);
    });

    test.each(unless(skip["refuse permanent"]))(
      "a delivery refused for good is permanent and concerns only itself",
      async () => {
        const { channel, post, taken, refuse, heal } = await open();
        await refuse("permanent");
        const error = await failure(channel.send(post(1), never()));
        expect({ kind: error.kind, scope: error.scope }).toEqual({ kind: "permanent", scope: "message" });
        expect(error.words).toMatch(/\.$/);
        await heal();
        const { ref } = await channel.send(post(2), never());
        expect(await taken()).toEqual([ref]);
      },
    );

    test.each(unless(skip["refuse temporary"]))(
      "a delivery refused for now is temporary, and goes through later",
      async () => {
        const { channel, post, taken, refuse, heal } = await open();
        await refuse("temporary");
        const error = await failure(channel.send(post(1), never()));
        expect(error.kind).toBe("temporary");
        await heal();
        const { ref } = await channel.send(post(1), never());
        expect(await taken()).toEqual([ref]);
      },
    );

    test("an abort beforehand sends nothing", async () => {
      const { channel, post, taken } = await open();
      const error = await failure(channel.send(post(1), AbortSignal.abort()));
      expect(error.kind).not.toBe("permanent");
      expect(await taken()).toEqual([]);
    });

    test.each(unless(skip.hang))(
      "an abort ends a send that hangs, and the next one goes through",
      async () => {
        const { channel, post, hang, heal } = await open();
        const { waits } = await hang();
        const stop = new AbortController();
        const sending = failure(channel.send(post(1), stop.signal));
        await waits;
        stop.abort();
        expect((await sending).kind).not.toBe("permanent");
        await heal();
        await expect(channel.send(post(2), never())).resolves.toHaveProperty("ref");
      },
    );

    test.each(unless(skip.hang))("stop waits for what is in flight", async () => {
      const { channel, post, hang, heal } = await open();
      const { waits } = await hang();
      const done: string[] = [];
      const sending = channel.send(post(1), never()).then(() => done.push("sent"));
      await waits;
      const stopping = channel.stop().then(() => done.push("stopped"));
      await heal();
      await Promise.all([sending, stopping]);
      expect(done).toEqual(["sent", "stopped"]);
    });

    test("after stop nothing is sent", async () => {
      const { channel, post, taken } = await open();
      await channel.stop();
      const error = await failure(channel.send(post(1), never()));
      expect(error.kind).toBe("temporary");
      expect(await taken()).toEqual([]);
    });
  });
}
