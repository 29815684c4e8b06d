// `simpost init`: asks what it has to know, tries it, and writes a config.
import { existsSync } from "node:fs";
import { createAsker } from "./init/asker.ts";
import { draft } from "./init/draft.ts";
import type { InitMeans } from "./init/means.ts";
import { askEverything } from "./init/questions.ts";
import { tryText } from "./init/trial.ts";
import { place } from "./init/write.ts";
import { EXIT, say, Usage } from "./io.ts";
import type { Line } from "./parse.ts";
import { printable } from "./table.ts";

const FILE = "./simpost.yaml";
const TEST_TEXT = "A text from simpost: it works.";

/** Exit code 1: nothing was written, or the test text failed. Throws Usage, and Error when it is broken off. */
export async function initCommand(line: Line, means: InitMeans): Promise<number> {
  const { io } = means;
  const file = line.text("config") ?? FILE;
  const asker = createAsker(line, io);
  const replace = existsSync(file) || line.has("force");
  if (existsSync(file) && !line.has("force")) {
    if (!asker.asks) throw new Usage(`init: ${file} is there already: --force replaces it`);
    if (!(await asker.confirm(`${file} is there already. Replace it?`))) {
      say(io.stderr, "nothing was changed");
      return EXIT.failed;
    }
  }
  const answers = await askEverything(line, asker, means);
  const number = await asker.ask({
    option: "test",
    question: "Number to send a test text to once it is written (Enter: none)",
    fallback: "",
    read: (written) => written,
  });
  const warnings = place(file, draft(answers), { check: means.check, replace });
  say(io.stdout, `${file} is written, and sound`);
  for (const warning of warnings) say(io.stderr, printable(warning));
  const rest = `Next: simpost doctor -c ${file}, then simpost run -c ${file}`;
  if (number === "") {
    say(io.stderr, rest);
    return EXIT.ok;
  }
  const text = line.text("test-text") ?? TEST_TEXT;
  const { gateway, region } = answers;
  const { ok, told } = await tryText({ gateway, number, region, text, dry: line.has("dry-run") }, means);
  say(io.stdout, printable(told));
  say(io.stderr, rest);
  return ok ? EXIT.ok : EXIT.failed;
}
