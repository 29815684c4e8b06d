// A config as it is used: defaults, secrets, paths, numbers that stay text, cross checks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { milliseconds } from "../../src/config/kinds.ts";
import { type Config, ConfigError, load } from "../../src/config/load.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(yaml: string, env: Record<string, string> = {}): Config {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, yaml);
  return load(file, env);
}

const problems = (yaml: string, env: Record<string, string> = {}): readonly string[] => {
  try {
    read(yaml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((line) => line.replaceAll(`${folder}/`, ""));
    throw error;
  }
  return [];
};

const HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

const EVERYTHING = `
domain: SMS.example.org
region: de
store: { driver: sqlite, path: ./var/simpost.db }
http: { listen: "127.0.0.1:8080" }
gateways:
  office:
    driver: dinstar
    url: http://127.0.0.1:18001
    username: admin
    password: secret
    timezone: UTC
    numbers: e164
    poll: 500ms
    onUnknown: fail
    ports:
      0: { number: "+4915112345678", label: sales }
  depot: { driver: synway, url: "http://127.0.0.1:18002", username: ApiUserAdmin, password: secret }
channels:
  email:
    driver: email
    listen: [{ address: 127.0.0.1, port: 2525, tls: none }]
    relay: smtp://127.0.0.1:2526
  telegram: { driver: telegram, token: "123:abc", apiRoot: "http://127.0.0.1:8081" }
timing: { validity: 24h, unknown: 10m, report: 3d, ussd: 60s, timeout: 30s, warn: 30m, thread: 7d }
text: { maxParts: 6, tooLong: truncate, subject: prefix, transliterate: true }
users:
  ana:
    email: [ana@example.org]
    telegram: [1001]
    password: "${HASH}"
    send: { allow: ["+49*"], deny: ["+49900*"], perDay: 200 }
trust:
  networks: [127.0.0.0/8]
routes:
  - { when: { gateway: office, port: 0, from: "+49*", text: "(?i)hello" }, to: [ana] }
  - { to: ["email:team@example.org", "telegram:-1001234567890"] }
`;

test("a config with all that people usually set", () => {
  const config = read(EVERYTHING);
  expect(config.warnings).toEqual([]);
  expect(config).toMatchObject({
    domain: "sms.example.org",
    region: "DE",
    store: { driver: "sqlite", path: join(folder, "var/simpost.db"), keep: 90 * 86_400_000 },
    timing: {
      validity: 86_400_000,
      unknown: 600_000,
      report: 259_200_000,
      ussd: 60_000,
      warn: 1_800_000,
      thread: 604_800_000,
    },
    trust: { networks: ["127.0.0.0/8"] },
    log: { level: "info", numbers: "masked" },
  });
  expect(config.gateways.get("office")).toMatchObject({
    poll: 500,
    timeout: 30_000,
    import: 0,
    enabled: true,
  });
  expect(config.gateways.get("office")?.ports).toEqual(
    new Map([[0, { number: "+4915112345678", label: "sales" }]]),
  );
  expect(config.gateways.get("depot")).toMatchObject({
    poll: 2000,
    timeout: 30_000,
    portBase: 1,
    wirelessBase: 0,
    spacing: 0,
  });
  expect(config.channels.get("email")).toMatchObject({
    maxSize: 5_000_000,
    hostname: "sms.example.org",
    idleTimeout: 300_000,
  });
  expect(config.users.get("ana")).toEqual({
    email: ["ana@example.org"],
    telegram: ["1001"],
    role: "user",
    password: HASH,
    send: { allow: ["+49*"], deny: ["+49900*"], perDay: 200 },
  });
  expect(config.routes.map((route) => route.to)).toEqual([
    ["ana"],
    [
      { via: "email", address: "team@example.org" },
      { via: "telegram", address: "-1001234567890" },
    ],
  ]);
});

test("a domain alone is a config, with doubts", () => {
  const config = read("domain: sms.example.org\n");
  expect(config.text).toEqual({ maxParts: 6, tooLong: "truncate", subject: "prefix", transliterate: true });
  expect(config.http.listen).toBe("127.0.0.1:8080");
  expect(config.warnings.map((line) => line.replace(/^.*?: /, ""))).toEqual([
    "gateways: there is no gateway: no text can be sent or come in",
    "channels: there is no channel: nobody can be reached",
    "routes: there is no route: texts that answer nobody are kept, and nobody gets them",
  ]);
});

const gateway = (more: string): string =>
  `domain: sms.example.org\ngateways:\n  box:\n    driver: dinstar\n    url: http://192.0.2.1\n    username: admin\n${more}`;

test("the device's timeout: its own, the config's, the driver's", () => {
  const slow = (more: string) =>
    read(`${gateway(`    password: x\n${more}`)}`.replace("driver: dinstar", "driver: synway")).gateways.get(
      "box",
    )?.timeout;
  expect(slow("")).toBe(90_000);
  expect(slow("timing: { timeout: 5s }\n")).toBe(5000);
  expect(slow("    timeout: 7s\ntiming: { timeout: 5s }\n")).toBe(7000);
  expect(read(gateway("    password: x\n")).gateways.get("box")?.timeout).toBe(30_000);
});

const password = (config: Config): string | undefined => {
  const box = config.gateways.get("box");
  return box && "password" in box ? box.password : undefined;
};

test("secrets: values, environment, files, systemd credentials", () => {
  mkdirSync(join(folder, "credentials"), { recursive: true });
  writeFileSync(join(folder, "plain"), "from the folder\n");
  writeFileSync(join(folder, "both"), "from the folder\r\n");
  writeFileSync(join(folder, "credentials/both"), "a credential \n\n");
  writeFileSync(join(folder, "empty"), "\n");
  const env = { CREDENTIALS_DIRECTORY: join(folder, "credentials"), BOX: "from the environment", EMPTY: "" };
  const of = (ref: string, given: Record<string, string> = env) =>
    password(read(gateway(`    password: ${ref}\n`), given));
  expect(of("secret")).toBe("secret");
  expect(of("012345")).toBe("012345");
  expect(of("1234")).toBe("1234");
  expect(of("{ env: BOX }")).toBe("from the environment");
  expect(of("{ file: plain }")).toBe("from the folder");
  expect(of("{ file: both }")).toBe("a credential \n");
  expect(of("{ file: both }", {})).toBe("from the folder");
  expect(of(`{ file: ${folder}/plain }`)).toBe("from the folder");
  const wrong = (ref: string) => problems(gateway(`    password: ${ref}\n`), env).join();
  expect(wrong("{ env: EMPTY }")).toContain(
    "7:5: gateways.box.password: the environment variable EMPTY is empty",
  );
  expect(wrong("{ file: empty }")).toContain("the file empty is empty");
  expect(wrong("{ file: . }")).toContain("can't be read: it is a folder");
  expect(wrong('""')).toContain("it is empty");
});

test("numbers stay what was written", () => {
  const config = read(`
domain: sms.example.org
gateways:
  box: { driver: loopback, ports: { 3: { number: +4915112345678, label: 007 } } }
channels:
  mail: { driver: email, relay: "maildir:./mail" }
users:
  ana: { telegram: [1001, -1001234567890, 12345678901234567890], send: { allow: [+49151*, 22333, +4915112345678] } }
`);
  expect(config.gateways.get("box")?.ports.get(3)).toEqual({ number: "+4915112345678", label: "007" });
  expect(config.users.get("ana")?.telegram).toEqual(["1001", "-1001234567890", "12345678901234567890"]);
  expect(config.users.get("ana")?.send?.allow).toEqual(["+49151*", "22333", "+4915112345678"]);
  expect(config.channels.get("mail")).toMatchObject({ relay: `maildir:${folder}/mail` });
});

test("import: none, all, or an age", () => {
  const age = (written: string) =>
    read(gateway(`    password: x\n    import: ${written}\n`)).gateways.get("box")?.import;
  expect([age("none"), age("all"), age("2d")]).toEqual([0, Number.POSITIVE_INFINITY, 172_800_000]);
  expect(problems(gateway("    password: x\n    import: some\n"))).toEqual([
    "simpost.yaml:8:5: gateways.box.import: must be none, all or a duration like 2d",
  ]);
});

test("short times are times too: a hurry is the operator's own affair", () => {
  const timing = "validity unknown report ussd warn thread".split(" ").map((key) => `${key}: 100ms`);
  const config = read(`
domain: sms.example.org
store: { keep: 100ms }
gateways:
  box: { driver: synway, url: http://192.0.2.1, username: a, password: b, poll: 50ms, overlap: 100ms, wideScan: 100ms }
channels:
  email: { driver: email, relay: "smtp://127.0.0.1", idleTimeout: 100ms }
timing: { ${timing.join(", ")}, timeout: 100ms }
users: { ana: { validity: 100ms } }
`);
  expect(config.timing).toEqual({
    validity: 100,
    unknown: 100,
    report: 100,
    ussd: 100,
    warn: 100,
    thread: 100,
    timeout: 100,
  });
  expect(config.store.keep).toBe(100);
  expect(config.users.get("ana")?.validity).toBe(100);
  expect(config.channels.get("email")).toMatchObject({ idleTimeout: 100 });
});

test("a synway has half of timing.unknown to list a text, at most 5s", () => {
  const settle = (more: string) =>
    read(`${gateway("    password: x\n").replace("dinstar", "synway")}${more}`).gateways.get("box");
  expect(settle("")).toMatchObject({ settle: 5_000 });
  expect(settle("timing: { unknown: 2s }\n")).toMatchObject({ settle: 1_000 });
  expect(settle("    settle: 3s\ntiming: { unknown: 2s }\n")).toMatchObject({ settle: 3_000 });
});

test("an anchor used again is checked where it stands", () => {
  const config = read(
    "domain: sms.example.org\nusers:\n  ana: { send: &usual { allow: ['*'] } }\n  bob: { send: *usual }\n",
  );
  expect(config.users.get("bob")?.send?.allow).toEqual(["*"]);
  expect(
    problems(
      "domain: sms.example.org\nusers:\n  ana: { send: &usual { alow: [] } }\n  bob: { send: *usual }\n",
    ),
  ).toEqual([
    'simpost.yaml:3:25: users.ana.send.alow: unknown key (did you mean "allow"?)',
    'simpost.yaml:4:10: users.bob.send.alow: unknown key (did you mean "allow"?)',
  ]);
});

test("what is no YAML", () => {
  expect(problems("domain: a.example\nusers: { ana: [\n")[0]).toMatch(
    /^simpost\.yaml:3:1: can't be read as YAML: Flow sequence /,
  );
  expect(problems("domain: a.example\nusers:\n\tana: {}\n")).toEqual([
    "simpost.yaml:3:1: can't be read as YAML: Tabs are not allowed as indentation",
  ]);
  expect(problems("domain: a.example\n---\ndomain: b.example\n")[0]).toMatch(
    /^simpost\.yaml:2:1: can't be read as YAML: /,
  );
});

test("what is open to others is a warning", () => {
  const config = read(`
domain: sms.example.org
http: { listen: "[::]:8080" }
gateways: { bench: { driver: loopback, enabled: false } }
channels:
  email:
    driver: email
    relay: smtp://127.0.0.1
    listen: [{ address: 0.0.0.0, port: 25 }, { address: "::1", port: 2525 }, { address: 127.9.9.9, port: 25 }]
users: { ana: { telegram: [5] } }
routes: [{ to: ["email:a@example.org"] }]
`);
  expect(config.warnings.map((line) => line.replace(/^.*?yaml:/, ""))).toEqual([
    "3:9: http.listen: figures and health are open to whoever reaches ::",
    "4:1: gateways: there is no gateway: no text can be sent or come in",
    "9:14: channels.email.listen[0]: mail and passwords cross the network in the clear at 0.0.0.0: set tls to starttls",
    "10:17: users.ana.telegram: has no use: there is no telegram channel",
  ]);
});

test("any free port may be asked for twice", () => {
  const listen = "[{ port: 0 }, { port: 0 }]";
  expect(
    problems(
      `domain: a.example\nchannels: { mail: { driver: email, relay: "smtp://h", listen: ${listen} } }\n`,
    ),
  ).toEqual([]);
});

test("durations: every unit, and nothing but durations", () => {
  expect(["250ms", "5s", "10m", "2h", "1d", "1.5h", "0s", "3 d"].map(milliseconds)).toEqual([
    250, 5000, 600_000, 7_200_000, 86_400_000, 5_400_000, 0, 259_200_000,
  ]);
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom("ms", "s", "m", "h", "d"), (amount, unit) => {
      const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit];
      expect(milliseconds(`${amount}${unit}`)).toBe(amount * (factor ?? Number.NaN));
    }),
  );
  expect(["", "5", "5 minutes", "-5s", "s", "5S", "1e3s", "0x5s"].map(milliseconds)).toEqual(
    Array.from({ length: 8 }, () => undefined),
  );
});

test("whatever is in the file, a config comes out or a list of problems with their places", () => {
  const keys = ["domain", "gateways", "users", "routes", "text", "x", "driver", "to", "ana", "0"];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, true, 5, "email", "dinstar", "sms.example.org", "500", "*", "+49*"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("tree"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      for (const line of problems(JSON.stringify(value))) expect(line).toMatch(/^simpost\.yaml:\d+:\d+: ./);
    }),
    { numRuns: 150 },
  );
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (yaml) => {
      expect(problems(yaml).length).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
});
