// The console's own files: kept as modules, so that they are there in every kind of build. Served to everybody; each has its hash in its address.
import { createHash } from "node:crypto";
import { packageText } from "../../assets.ts";
import { chartStyle, charts } from "./charts.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

interface Asset {
  readonly type: string;
  readonly body: string;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0b5cad" d="M6 3h14l6 6v20H6z"/><path fill="#fff" d="M10 14h12v10H10z"/><path fill="none" stroke="#0b5cad" stroke-width="1.5" d="m10 14.500 6 5 6-5"/></svg>`;

/** By name. */
const assets = new Map<string, Asset>([
  ["console.css", { type: "text/css; charset=utf-8", body: style }],
  ["console.js", { type: "text/javascript; charset=utf-8", body: script }],
  ["charts.js", { type: "text/javascript; charset=utf-8", body: charts }],
  ["uplot.js", { type: "text/javascript; charset=utf-8", body: packageText("uplot/dist/uPlot.iife.min.js") }],
  [
    "charts.css",
    { type: "text/css; charset=utf-8", body: packageText("uplot/dist/uPlot.min.css") + chartStyle },
  ],
  ["icon.svg", { type: "image/svg+xml", body: ICON }],
]);

const addresses = new Map(
  [...assets].map(([name, { body }]) => [
    name,
    `/static/${name}?${createHash("sha256").update(body).digest("base64url").slice(0, 12)}`,
  ]),
);

/** The path that a page names an asset by. Throws Error if there is none. */
export function addressOfAsset(name: string): string {
  const address = addresses.get(name);
  if (address === undefined) throw new Error(`there is no asset ${name}`);
  return address;
}

/** Null: there is none of this name. */
export function assetAnswer(name: string): Response | null {
  const asset = assets.get(name);
  if (!asset) return null;
  // The address changes with the content.
  const headers = { "Content-Type": asset.type, "Cache-Control": "public, max-age=31536000, immutable" };
  return new Response(asset.body, { headers });
}
