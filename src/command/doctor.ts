// `simpost doctor`: tries everything for real, and says what to do: a line for each thing that it looked at.

import { bad, type Said } from "./doctor/finding.ts";
import { checksOf, diagnose, type Finding, type Grade, type Patient } from "./doctor/index.ts";
import { EXIT, type Io, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";
import { progressLine } from "./progress.ts";
import { printable } from "./table.ts";

export interface DoctorMeans {
  /** What there is to look at; or all that is wrong with a config that can't be used, as `file:line:column: …`. */
  readonly patient: Patient | { readonly file: string; readonly problems: readonly string[] };
  /** UTC milliseconds. */
  readonly now: () => number;
}

/** What people and programs read. */
const GRADES: Readonly<Record<Grade, string>> = { good: "ok", doubtful: "warning", bad: "failing" };

/** Exit code 0: nothing fails (there may be warnings); 1: something does; 2: the config can't be used. */
export async function doctorCommand(line: Line, { patient, now }: DoctorMeans, io: Io): Promise<number> {
  const show = line.has("json") ? shownAsJson(io) : shown(io, patient, now);
  if ("problems" in patient) {
    const findings = patient.problems.map((problem) => ({ check: "config", ...unusable(problem) }));
    show(findings);
    summary(line, io, findings);
    return EXIT.usage;
  }
  const total = checksOf(patient, now).length;
  const progress = progressLine(io.stderr);
  let done = 0;
  progress.show("looking", 0);
  const findings = await diagnose(patient, now, (some) => {
    progress.end();
    show(some);
    done += 1;
    if (done < total) progress.show("looking", done / total);
  });
  progress.end();
  summary(line, io, findings);
  return findings.some(({ grade }) => grade === "bad") ? EXIT.failed : EXIT.ok;
}

const unusable = (problem: string): Said => bad(problem, "Correct it, then look again.");

function shownAsJson(io: Io): (findings: readonly Finding[]) => void {
  return (findings) => {
    for (const { grade, ...rest } of findings) sayJson(io.stdout, { ...rest, grade: GRADES[grade] });
  };
}

function shown(
  io: Io,
  patient: DoctorMeans["patient"],
  now: () => number,
): (findings: readonly Finding[]) => void {
  const names = "problems" in patient ? ["config"] : checksOf(patient, now).map(({ name }) => name);
  const width = Math.max(...names.map((name) => name.length));
  return (findings) => {
    for (const { check, grade, what, todo } of findings) {
      say(io.stdout, `${GRADES[grade].padEnd(8)} ${check.padEnd(width)}  ${printable(what)}`);
      if (todo !== null) say(io.stdout, `${" ".repeat(width + 11)}-> ${printable(todo)}`);
    }
  };
}

/** For people: how it went, in one line. */
function summary(line: Line, io: Io, findings: readonly Finding[]): void {
  if (line.has("json")) return;
  const count = (wanted: Grade): number => findings.filter(({ grade }) => grade === wanted).length;
  const [failing, warnings] = [count("bad"), count("doubtful")];
  const told =
    failing + warnings === 0
      ? "All is well."
      : `${failing} failing, ${warnings} ${warnings === 1 ? "warning" : "warnings"}. More: docs/troubleshooting.md`;
  say(io.stderr, told);
}
