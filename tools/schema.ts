// Writes config/simpost.schema.json, by which editors complete and check a config (npm run schema).
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonSchema } from "../src/config/schema.ts";

const file = fileURLToPath(new URL("../config/simpost.schema.json", import.meta.url));
writeFileSync(file, JSON.stringify(jsonSchema()));
// The house's formatter has the last word, so that it finds nothing to say later.
execFileSync("biome", ["format", "--write", file], { stdio: "inherit" });
