// The dashboard can be imported anywhere, and its panels lie beside each other.
import { expect, test } from "vitest";
import { dashboard, filled, panels } from "./dashboard.ts";

test("it asks for its Prometheus, and knows no other", () => {
  const [first] = dashboard.templating.list;
  expect(first).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
  expect(JSON.stringify(dashboard)).not.toMatch(/__inputs|localhost|127\.0\.0\.1|https?:/);
});

test("every variable that is used is there, and the other way round", () => {
  const written = JSON.stringify(dashboard);
  const used = new Set([...written.matchAll(/\$\{?(?!__)(\w+)/g)].flatMap(([, name]) => name ?? []));
  expect([...used].toSorted()).toEqual(dashboard.templating.list.map(({ name }) => name).toSorted());
  for (const { targets } of panels) for (const { expr } of targets) expect(filled(expr)).not.toContain("$");
});

test("no two panels have one id or one place, and none is wider than the page", () => {
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

test("the queries of a panel have names of their own", () => {
  const doubled = panels.filter(
    ({ targets }) => new Set(targets.map(({ refId }) => refId)).size < targets.length,
  );
  expect(doubled).toEqual([]);
});
