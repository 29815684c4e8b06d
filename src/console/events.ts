// What happens, told to a page while it is open (server-sent events): not what was said, only that there is something new where.
import type { Control, Happening } from "../bridge/ports/control.ts";
import type { Clock } from "../bridge/ports/system.ts";
import { mayAs, type VisitorUser } from "./visit.ts";

/** Between two events; what happens meanwhile goes into one, milliseconds. */
const PAUSE = 300;
/** A comment now and then keeps proxies from cutting a silent stream, milliseconds. */
const HEARTBEAT = 25_000;
/** Conversations that one event names; of more, it says just that there are many. */
const NAMED = 100;

interface News {
  readonly kinds: Set<Happening["kind"]>;
  /** Null: too many to name. */
  threads: Set<number> | null;
}

/** `over` ends the stream; `ended` is called once it is at its end, whoever ended it. */
export function eventStream(
  control: Control,
  viewer: VisitorUser,
  clock: Clock,
  over: AbortSignal,
  ended: () => void,
): Response {
  const closed = new AbortController();
  const signal = AbortSignal.any([over, closed.signal]);
  const encoder = new TextEncoder();
  const own = new Set<number>();
  const maySee = async (thread: number): Promise<boolean> => {
    if (mayAs(viewer.role, "operator") || own.has(thread)) return true;
    const seen = (await control.conversation(viewer, thread, null, 1)) !== null;
    if (seen) own.add(thread);
    return seen;
  };

  const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    let pending: News | null = null;
    let telling = false;
    const put = (text: string) => {
      if (!signal.aborted) controller.enqueue(encoder.encode(text));
    };
    const tell = async (): Promise<void> => {
      telling = true;
      while (pending && !signal.aborted) {
        const news: News = pending;
        pending = null;
        // A reader that does not keep up hears of it all at once.
        if ((controller.desiredSize ?? 0) > 0) {
          const threads = news.threads && [...news.threads];
          put(`data: ${JSON.stringify({ kinds: [...news.kinds], threads })}\n\n`);
        } else pending = news;
        await clock.wait(PAUSE, signal);
      }
      telling = false;
    };
    const hear = (kind: Happening["kind"], thread: number | null): void => {
      pending ??= { kinds: new Set(), threads: new Set() };
      pending.kinds.add(kind);
      if (thread !== null) pending.threads?.add(thread);
      if ((pending.threads?.size ?? 0) > NAMED) pending.threads = null;
      if (!telling) void tell();
    };
    const unwatch = control.watch((happening) => {
      if (happening.kind === "gateway") {
        if (mayAs(viewer.role, "operator")) hear("gateway", null);
        return;
      }
      const { kind, thread } = happening;
      maySee(thread).then(
        (seen) => {
          if (seen) hear(kind, thread);
        },
        () => closed.abort(),
      );
    });
    const finish = () => {
      unwatch();
      ended();
      try {
        controller.close();
      } catch {
        // The reader was gone first.
      }
    };
    if (signal.aborted) {
      finish();
      return;
    }
    signal.addEventListener("abort", finish, { once: true });
    put("retry: 2000\n: here\n\n");
    void (async () => {
      for (;;) {
        await clock.wait(HEARTBEAT, signal);
        if (signal.aborted) return;
        put(": still here\n\n");
      }
    })();
  };
  const body = new ReadableStream<Uint8Array>(
    { start, cancel: () => closed.abort() },
    new CountQueuingStrategy({ highWaterMark: 16 }),
  );
  const headers = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  };
  return new Response(body, { headers });
}
