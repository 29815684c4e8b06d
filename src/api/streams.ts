// What happens, told as it happens: server-sent events, to each who listens as far as she may see.
import type { Control, Happening } from "../bridge/ports/control.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { type Caller, type Guard, reaches } from "./guard.ts";
import { Problem } from "./problem.ts";

/** Streams that one token may have open, and all together. */
const EACH = 4;
const ALL = 64;
/** A line to keep proxies from closing, and to find out who is gone, milliseconds. */
const HEARTBEAT = 15_000;
/** A client that reads so slowly that this much waits for it is let go, events. */
const BACKLOG = 1_000;
/** Clients come back after this, milliseconds. */
const RETRY = 3_000;

export interface Streams {
  /** Opens a stream. Throws Problem when there are too many. */
  open(caller: Caller): Response;
  /** Ends those of a token that is no more. */
  end(id: string): void;
}

interface Means {
  /** The one in force now. */
  readonly control: () => Control;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
}

export function createStreams({ control, guard, clock, stopping }: Means): Streams {
  const open = new Set<{ readonly id: string; end(): void }>();
  stopping.addEventListener("abort", () => {
    for (const stream of open) stream.end();
  });

  return {
    open(caller) {
      const own = [...open].filter(({ id }) => id === caller.id);
      if (own.length >= EACH || open.size >= ALL)
        throw new Problem("too-many", `At most ${EACH} event streams may be open with one token`);
      if (stopping.aborted) throw new Problem("busy", "Shutting down");
      const over = new AbortController();
      const encoder = new TextEncoder();
      let out: ReadableStreamDefaultController<Uint8Array> | undefined;
      let waiting = 0;
      let unwatch = (): void => {};
      const stream = {
        id: caller.id,
        end: (): void => {
          if (over.signal.aborted) return;
          over.abort();
          unwatch();
          open.delete(stream);
          out?.close();
        },
      };
      const say = (lines: string): void => {
        if (!over.signal.aborted) out?.enqueue(encoder.encode(`${lines}\n\n`));
      };
      /** One after the other: what is looked up for one must not let the next overtake it. */
      let last: Promise<void> = Promise.resolve();
      const seen = new Set<number>();
      const tell = async (happening: Happening): Promise<void> => {
        const now = await guard.still(caller);
        if (!now) return stream.end();
        if (await visible(control(), now, happening, seen)) {
          say(`event: ${happening.kind}\ndata: ${JSON.stringify(happening)}`);
        }
      };
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            out = controller;
            say(`retry: ${RETRY}\n: what happens from now on`);
          },
          cancel() {
            out = undefined;
            stream.end();
          },
        },
        { highWaterMark: BACKLOG },
      );
      open.add(stream);
      unwatch = control().watch((happening) => {
        waiting += 1;
        if (waiting > BACKLOG || (out?.desiredSize ?? 1) <= 0) return stream.end();
        last = last
          .then(() => tell(happening))
          // The store can't be read: she comes back, and looks.
          .catch(() => stream.end())
          .finally(() => {
            waiting -= 1;
          });
      });
      void beat(stream, over.signal);
      return new Response(body, {
        headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
      });

      async function beat(own: { end(): void }, signal: AbortSignal): Promise<void> {
        for (;;) {
          await clock.wait(HEARTBEAT, signal);
          if (signal.aborted) return;
          const now = await guard.still(caller).catch(() => null);
          if (!now) return own.end();
          say(": still here");
        }
      }
    },
    end(id) {
      for (const stream of open) if (stream.id === id) stream.end();
    },
  };
}

/** `seen`: conversations that she is known to take part in; nobody ever leaves one. */
async function visible(
  control: Control,
  { viewer }: Caller,
  happening: Happening,
  seen: Set<number>,
): Promise<boolean> {
  if (happening.kind === "gateway" || reaches(viewer.role, "operator")) return true;
  const { thread } = happening;
  if (seen.has(thread)) return true;
  if ((await control.conversation(viewer, thread, null, 1)) === null) return false;
  seen.add(thread);
  return true;
}
