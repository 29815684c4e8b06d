// The Debian package's whole life on this machine: installed, run, upgraded under a changed config, removed, purged. Each test goes on from the last.
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildDeb, CONFFILE, cantBuild, cantInstall, dpkg, laterDeb, STATE, status } from "./dpkg.ts";
import { commandsUnder } from "./guide.ts";
import { Program } from "./program.ts";
import { smoke } from "./smoke.ts";

const folder = mkdtempSync(join(tmpdir(), "simpost-deb-"));
let deb = "";
const unbuildable = cantBuild();
const uninstallable = cantInstall();

beforeAll(() => {
  if (unbuildable === null) deb = buildDeb(folder);
});
afterAll(() => {
  if (uninstallable === null) spawnSync("dpkg", ["--purge", "simpost"]);
  rmSync(folder, { recursive: true });
});

const sh = (line: string): string => execFileSync("sh", ["-c", line], { encoding: "utf8" }).trim();
/** Owner, group and mode of a path. */
const rights = (path: string): string => sh(`stat -c '%U:%G %a' ${path}`);
const field = (name: string): string => sh(`dpkg-deb --field ${deb} ${name}`);

/** What lintian says because it is built in a hurry here. */
const UNCOMPRESSED = ["control", "data"].map((part) => `uses-no-compression-for-${part}-tarball`).join();
/** The service's user, as systemd would start it. */
const AS_SERVICE = ["setpriv", "--reuid=simpost", "--regid=simpost", "--clear-groups", "--"];
const program = new Program([...AS_SERVICE, "/usr/bin/simpost"], { cwd: "/" });

describe.skipIf(unbuildable !== null)(`the package${unbuildable === null ? "" : ` (${unbuildable})`}`, () => {
  test("it depends on the packages of all libraries that the executable is linked with", () => {
    dpkg("--extract", deb, join(folder, "tree"));
    const linked = [...sh(`objdump -p ${folder}/tree/usr/bin/simpost`).matchAll(/NEEDED\s+(\S+)/g)];
    const packages: Readonly<Record<string, string>> = {
      "libatomic.so.1": "libatomic1",
      "libstdc++.so.6": "libstdc++6",
      "libgcc_s.so.1": "libgcc-s1",
    };
    const needed = linked.map(([, library = ""]) => packages[library] ?? "libc6");
    const depends = field("Depends")
      .split(", ")
      .map((one) => one.replace(/ \(.*/, ""));
    expect(new Set(needed)).toEqual(new Set(depends.filter((name) => name !== "adduser")));
  });

  test("lintian finds nothing wrong with it", (context) => {
    if (spawnSync("lintian", ["--version"]).status !== 0) context.skip("there is no lintian on this machine");
    const { stdout, stderr } = spawnSync("lintian", ["--allow-root", "--suppress-tags", UNCOMPRESSED, deb], {
      encoding: "utf8",
    });
    expect(stdout + stderr).toBe("");
  });

  test("systemd finds nothing wrong with its units, and calls its exposure low", (context) => {
    if (spawnSync("systemd-analyze", ["--version"]).status !== 0)
      context.skip("there is no systemd-analyze on this machine");
    const units = join(folder, "tree/lib/systemd/system");
    const service = join(units, "simpost.service");
    expect(readFileSync(service, "utf8")).toContain(
      "ExecStart=/usr/bin/simpost run -c /etc/simpost/simpost.yaml\n",
    );
    writeFileSync(service, readFileSync(service, "utf8").replace("/usr/bin/simpost", process.execPath));
    for (const unit of ["simpost.service", "simpost.socket"])
      expect(sh(`systemd-analyze verify --man=no ${units}/${unit} 2>&1`)).not.toContain("simpost");
    const said = sh(`systemd-analyze security --offline=true --no-pager ${service}`);
    expect(Number(/exposure level[^:]*: ([\d.]+)/.exec(said)?.[1])).toBeLessThanOrEqual(2);
  });
});

describe.skipIf(uninstallable !== null)(
  `its life${uninstallable === null ? "" : ` (${uninstallable})`}`,
  () => {
    test("it is installed: program, user, folders, and a config that only its own may read", () => {
      dpkg("--install", deb);
      expect(status()).toBe("install ok installed");
      expect(rights("/usr/bin/simpost")).toBe("root:root 755");
      expect(rights("/etc/simpost")).toBe("root:simpost 750");
      expect(rights(CONFFILE)).toBe("root:simpost 640");
      expect(rights(STATE)).toBe("simpost:simpost 700");
      expect(sh("getent passwd simpost")).toMatch(
        /^simpost:x:\d+:\d+:.*:\/var\/lib\/simpost:\/usr\/sbin\/nologin$/,
      );
      expect(spawnSync("setpriv", ["--reuid=nobody", "--clear-groups", "cat", CONFFILE]).status).not.toBe(0);
      for (const path of ["simpost.service", "simpost.socket"])
        expect(existsSync(`/lib/systemd/system/${path}`)).toBe(true);
      expect(sh("dpkg --verify simpost")).toBe("");
    });

    smoke(
      () => program,
      (path) => sh(`chown -R simpost: ${path}`),
    );

    test("the config that it comes with is sound, and does nothing: no gateway, no mailbox, no user", async () => {
      const { code, out, err } = await program.run("check");
      expect([code, out]).toEqual([0, `${CONFFILE}: sound\n`]);
      expect(err).toContain("no text can be sent");
      appendFileSync(CONFFILE, "# changed here\n");
      // Another port, for 8080 may be somebody else's on this machine.
      writeFileSync(CONFFILE, readFileSync(CONFFILE, "utf8").replace("127.0.0.1:8080", "127.0.0.1:0"));
      const daemon = await program.daemon("-c", CONFFILE);
      expect(daemon.mail).toBe(0);
      expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });
      expect(rights(`${STATE}/simpost.db`)).toBe("simpost:simpost 600");
    });

    test("its documents are there: manual, every key, licences", () => {
      expect(sh("zcat /usr/share/man/man1/simpost.1.gz | head -1")).toContain(".TH SIMPOST 1");
      const doc = "/usr/share/doc/simpost";
      expect(readFileSync(`${doc}/examples/simpost.yaml`, "utf8")).toContain("every key there is");
      expect(readFileSync(`${doc}/copyright`, "utf8")).toContain("MIT License");
      expect(existsSync(`${doc}/install.md`)).toBe(true);
    });

    test("an upgrade keeps a changed config, whether or not the new version comes with another; and opens the store", async () => {
      const mine = readFileSync(CONFFILE, "utf8");
      const inode = statSync(`${STATE}/simpost.db`).ino;
      dpkg("--install", laterDeb(deb, "99.0"));
      expect(readFileSync(CONFFILE, "utf8")).toBe(mine);
      expect(existsSync(`${CONFFILE}.dpkg-dist`)).toBe(false);
      // Whoever says nothing keeps their own, as apt does with the same option.
      dpkg("--install", "--force-confdef", "--force-confold", laterDeb(deb, "99.1", "# another sample"));
      expect(readFileSync(CONFFILE, "utf8")).toBe(mine);
      expect(readFileSync(`${CONFFILE}.dpkg-dist`, "utf8")).toContain("# another sample");
      expect(rights(CONFFILE)).toBe("root:simpost 640");
      expect(statSync(`${STATE}/simpost.db`).ino).toBe(inode);
      const daemon = await program.daemon("-c", CONFFILE);
      expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });
    });

    test("an upgrade leaves rights alone that the operator changed", () => {
      sh(`chmod 600 ${CONFFILE}`);
      dpkg("--install", "--force-confdef", "--force-confold", laterDeb(deb, "99.2"));
      expect(rights(CONFFILE)).toBe("root:simpost 600");
    });

    test("removal leaves config, store and user", () => {
      dpkg("--remove", "simpost");
      expect(existsSync("/usr/bin/simpost")).toBe(false);
      expect(existsSync("/lib/systemd/system/simpost.service")).toBe(false);
      expect(existsSync(CONFFILE)).toBe(true);
      expect(existsSync(`${STATE}/simpost.db`)).toBe(true);
      expect(sh("id -un simpost")).toBe("simpost");
    });

    test("installed again, it is as it was", async () => {
      const mine = readFileSync(CONFFILE, "utf8");
      dpkg("--install", "--force-confdef", "--force-confold", "--force-downgrade", deb);
      expect(readFileSync(CONFFILE, "utf8")).toBe(mine);
      sh(`chmod 640 ${CONFFILE}`);
      const daemon = await program.daemon("-c", CONFFILE);
      expect(await daemon.stop()).toMatchObject({ code: 0 });
    });

    test("purging deletes config and store, and says what it leaves: files that it did not make", () => {
      writeFileSync(`${STATE}/backup.db`, "mine");
      writeFileSync("/etc/simpost/office", "a secret");
      const said = dpkg("--purge", "simpost");
      expect(said).toContain(`${STATE} holds files that are not simpost's own`);
      expect(said).toContain("/etc/simpost holds files that are not simpost's own");
      expect(status()).toBe("");
      expect(existsSync(CONFFILE)).toBe(false);
      expect(existsSync(`${STATE}/simpost.db`)).toBe(false);
      expect(readFileSync(`${STATE}/backup.db`, "utf8")).toBe("mine");
      expect(sh("id -un simpost")).toBe("simpost");
      rmSync(STATE, { recursive: true });
      rmSync("/etc/simpost", { recursive: true });
    });

    test("every command of docs/install.md does what it says; and purging leaves nothing, if there is nothing else", () => {
      const apt = "apt-get -qy -o DPkg::Options::=--force-unsafe-io -o APT::Sandbox::User=root";
      const said = commandsUnder("Debian package").map((command) => {
        // There is nothing to restart where systemd does not run.
        if (command.startsWith("systemctl") && !existsSync("/run/systemd/system")) return "";
        const line = command.replaceAll(/simpost_\S+\.deb/g, basename(deb)).replace(/^apt /, `${apt} `);
        return sh(`cd ${folder} && { ${line}; } 2>&1`);
      });
      expect(said[1]).toContain("sound");
      expect(existsSync("/etc/simpost")).toBe(false);
      expect(existsSync(STATE)).toBe(false);
      expect(spawnSync("id", ["simpost"]).status).not.toBe(0);
      expect(
        sh("find /etc /var/lib /lib/systemd /usr/share -xdev -name '*simpost*' 2>/dev/null || true"),
      ).toBe("");
    });
  },
);
