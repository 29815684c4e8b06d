// An endpoint as data: what it takes and gives, who may use it, what it does. Requests are validated, and the description made, from the same schemas.
import { z } from "zod";
import type { Control, Role } from "../bridge/ports/control.ts";
import type { Caller, Guard } from "./guard.ts";
import type { ApiOptions } from "./options.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import type { Scope } from "./shapes.ts";
import type { Streams } from "./streams.ts";
import type { Tokens } from "./tokens.ts";

/** What endpoints work with. */
export interface Desk extends Pick<ApiOptions, "users" | "sentBy" | "region" | "clock" | "version"> {
  readonly control: Control;
  readonly tokens: Tokens;
  readonly guard: Guard;
  readonly streams: Streams;
}

/** A request to one endpoint, read. */
export interface Ask<Path, Query, Body> {
  readonly desk: Desk;
  readonly caller: Caller;
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** The Idempotency-Key, made the caller's own; null: there is none. */
  readonly key: string | null;
}

type Shape = Readonly<Record<string, z.ZodType>>;
type Values<S extends Shape> = { readonly [Key in keyof S]: z.output<S[Key]> };

/** `headers` are more of them. A Response is sent as it is. */
export type Reply<Body> =
  | { readonly body: Body; readonly headers?: Readonly<Record<string, string>> }
  | Response;

interface Common {
  readonly method: "get" | "post" | "delete";
  /** Under /api/v1, with {names}. */
  readonly path: string;
  /** `operationId`. */
  readonly name: string;
  readonly summary: string;
  /** More than the summary says. */
  readonly more?: string;
  readonly scope: Scope;
  /** The least role that may use it; default user. */
  readonly role?: Role;
  /** Takes an Idempotency-Key. */
  readonly keyed?: boolean;
  /** What may go wrong besides what goes wrong everywhere. */
  readonly problems?: readonly ProblemCode[];
}

interface Spec<P extends Shape, Q extends Shape, B extends z.ZodType, A extends z.ZodType> extends Common {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: {
    readonly status: number;
    readonly what: string;
    readonly type?: string;
    readonly schema: A;
  };
  readonly run: (ask: Ask<Values<P>, Values<Q>, z.output<B>>) => Promise<Reply<z.input<A>>>;
}

/** What came over the wire. */
export interface Wire {
  readonly desk: Desk;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON; undefined: there was none. */
  readonly body: unknown;
  readonly key: string | null;
}

export interface Endpoint extends Common {
  readonly params: Shape;
  readonly query: Shape;
  readonly body: z.ZodType | null;
  readonly answer: {
    readonly status: number;
    readonly what: string;
    readonly type?: string;
    readonly schema: z.ZodType;
  };
  /** Throws Problem, Rejected. */
  readonly run: (wire: Wire) => Promise<Reply<unknown>>;
}

const NOTHING: Shape = {};

/** Makes an endpoint: from here on what it takes and gives is checked at the door. */
export function endpoint<
  A extends z.ZodType,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends z.ZodType = z.ZodUndefined,
>(spec: Spec<P, Q, B, A>): Endpoint {
  const { params, query, body, run, ...common } = spec;
  const path = z.object(params ?? NOTHING);
  const search = z.strictObject(query ?? NOTHING);
  return {
    ...common,
    params: params ?? NOTHING,
    query: query ?? NOTHING,
    body: body ?? null,
    run(wire) {
      const where = path.safeParse(wire.params);
      // What can't be the name of anything is the name of nothing.
      if (!where.success) throw new Problem("not-found", "There is no such thing here");
      return run({
        desk: wire.desk,
        caller: wire.caller,
        path: where.data as Values<P>,
        query: checked(search, single(wire.query)) as Values<Q>,
        body: (body ? checked(body, wire.body) : undefined) as z.output<B>,
        key: wire.key,
      });
    },
  };
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ at: at(path), problem: message }));
  const [first] = errors;
  const where = first && first.at !== "" ? `${first.at}: ` : "";
  throw new Problem("bad-request", `${where}${first?.problem ?? "it is not valid"}`, { members: { errors } });
}

/** Where something is wrong: `to[1]`. */
const at = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((way, step) => {
    if (typeof step === "number") return `${way}[${step}]`;
    return way === "" ? String(step) : `${way}.${String(step)}`;
  }, "");

/** Each name once. */
function single(query: URLSearchParams): Readonly<Record<string, string>> {
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Problem("bad-request", `${twice.slice(0, 40)}: stands there twice`);
  return Object.fromEntries(query);
}
