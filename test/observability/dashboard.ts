// The dashboard as tests read it.
import { readFileSync } from "node:fs";
import { z } from "zod";

const source = z.object({ type: z.literal("prometheus"), uid: z.string().regex(/^\$\{datasource\}$/) });
const target = z.object({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: source,
  expr: z.string().min(1),
  legendFormat: z.string(),
  instant: z.boolean().optional(),
});
const place = z.object({
  h: z.int().min(1),
  w: z.int().min(1).max(24),
  x: z.int().min(0),
  y: z.int().min(0),
});
const row = z.object({
  id: z.int(),
  type: z.literal("row"),
  title: z.string(),
  gridPos: place,
  panels: z.tuple([]),
});
const panel = z.object({
  id: z.int(),
  type: z.enum(["timeseries", "stat"]),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource: source,
  gridPos: place,
  targets: z.array(target).min(1),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string() }) }),
});
const variable = z.object({
  name: z.string(),
  type: z.enum(["datasource", "query"]),
  query: z.union([z.string(), z.object({ query: z.string() })]),
});
const schema = z.object({
  title: z.literal("simpost"),
  uid: z.string(),
  schemaVersion: z.int(),
  templating: z.object({ list: z.array(variable) }),
  panels: z.array(z.union([row, panel])),
});

export const dashboard = schema.parse(
  JSON.parse(readFileSync(new URL("../../docs/simpost-dashboard.json", import.meta.url), "utf8")),
);

export const panels = dashboard.panels.filter((each) => each.type !== "row");

/** A query as Grafana would send it: every instance and gateway chosen, a look back of half a minute. */
export const filled = (expr: string): string =>
  expr
    .replaceAll("$job", "simpost")
    .replaceAll("$instance", ".*")
    .replaceAll("$gateway", ".*")
    .replaceAll("$__rate_interval", "30s");
