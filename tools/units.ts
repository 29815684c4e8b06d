// The systemd units as a package installs them: the executable, and a user that stays, for people put secrets and certificates beside the config.

/** What is put in the place of what; each of the service's must be found. */
const CHANGES: readonly (readonly [found: RegExp, instead: string])[] = [
  [/^ExecStart=.*$/m, "ExecStart=/usr/bin/simpost run -c /etc/simpost/simpost.yaml"],
  [/^# A small nursery.*\n/m, ""],
  [/^# A user of its own that exists while it runs; (.*)$/m, "# $1"],
  [/^DynamicUser=yes\nUser=simpost$/m, "User=simpost\nGroup=simpost"],
];

/** A unit of systemd/ for the package. Throws Error when the service no longer holds what is to be changed. */
export function packaged(unit: string): string {
  const elsewhere = unit
    .replaceAll("/opt/simpost/docs/", "/usr/share/doc/simpost/")
    .replaceAll("docs/operation.md", "/usr/share/doc/simpost/operation.md");
  if (!unit.includes("[Service]")) return elsewhere;
  let changed = elsewhere;
  for (const [found, instead] of CHANGES) {
    if (!found.test(changed)) throw new Error(`the unit holds nothing like ${found}`);
    changed = changed.replace(found, instead);
  }
  return changed;
}
