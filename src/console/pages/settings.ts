// Settings, for admins: the config as it runs, what the check says of it, and what the doctor finds when asked.
import { form, html, quoted } from "../pieces.ts";
import type { Markup, Page, Room, Visit } from "../visit.ts";

/** One thing that the doctor says. */
export interface Finding {
  /** What was looked at: "gateway office". */
  readonly check: string;
  readonly grade: "good" | "doubtful" | "bad";
  readonly what: string;
  /** What to do about it; null: nothing. */
  readonly todo: string | null;
}

/** What the page is told. Functions: a reload changes what they return. */
export interface SettingsMeans {
  /** The config's file. */
  readonly file: () => string;
  /** The config by its top-level keys, as YAML, without any secret. */
  readonly sections: () => readonly { readonly name: string; readonly yaml: string }[];
  /** What the check finds, one line each. */
  readonly warnings: () => readonly string[];
  /** Tries everything for real. Left out: there is no doctor. */
  readonly doctor?: () => Promise<readonly Finding[]>;
}

export const settingsRoom = (means: SettingsMeans): Room => {
  const { doctor } = means;
  return {
    menu: { path: "/settings", title: "panel-menu-settings" },
    role: "admin",
    routes: [
      { method: "GET", path: "/settings", answer: (visit) => page(visit, means, null) },
      ...(doctor
        ? [
            {
              method: "POST",
              path: "/settings/doctor",
              answer: async (visit: Visit) => page(visit, means, await doctor()),
            } as const,
          ]
        : []),
    ],
  };
};

function page(visit: Visit, means: SettingsMeans, findings: readonly Finding[] | null): Page {
  const { words } = visit;
  const title = words("panel-menu-settings");
  const warnings = means.warnings();
  return {
    title,
    body: html`<h1>${title}</h1>
${means.doctor ? doctorPart(visit, findings) : ""}
<h2>${words("panel-checks")}</h2>
${warnings.length === 0 ? html`<p>${words("panel-checks-none")}</p>` : html`<ul class="list">${warnings.map((warning) => html`<li>${quoted(warning)}</li>`)}</ul>`}
<h2>${words("panel-config")}</h2>
<p>${words("panel-config-text", { file: means.file() })}</p>
${means
  .sections()
  .map(
    ({ name, yaml }) =>
      html`<h3 id="config-${name}">${name}</h3><pre tabindex="0" role="region" aria-labelledby="config-${name}">${yaml}</pre>`,
  )}`,
  };
}

function doctorPart(visit: Visit, findings: readonly Finding[] | null): Markup {
  const { words } = visit;
  const found = (): Markup =>
    html`<h3>${words("panel-doctor-done")}</h3>${findings?.length === 0 ? html`<p>${words("panel-doctor-none")}</p>` : html`<ul class="list">${findings?.map((one) => findingRow(visit, one))}</ul>`}`;
  return html`<h2>${words("panel-doctor")}</h2>
<p>${words("panel-doctor-text")}</p>
${form(visit, "/settings/doctor", html`<button>${words("panel-doctor-run")}</button>`)}
${findings === null ? "" : found()}`;
}

/** How a grade looks: as the states of texts do. */
const LOOKS = { good: "up", doubtful: "paused", bad: "down" } as const;

const findingRow = ({ words }: Visit, { check, grade, what, todo }: Finding): Markup =>
  html`<li><div class="top"><strong>${quoted(check)}</strong><span class="state ${LOOKS[grade]}">${words(`panel-doctor-${grade}`)}</span></div><div>${quoted(what)}</div>${todo === null ? "" : html`<p class="meta">${quoted(todo)}</p>`}</li>`;
