// Where secrets and files of the config are: values, environment variables, files (systemd credentials).
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";

/** A secret as written: the value itself, or where it is. */
type SecretRef = string | { readonly env: string } | { readonly file: string };

/** How the config reaches what lies outside it. */
export interface Place {
  /** The absolute path of a path as written. */
  path(written: string): string;
  /** Throws Error with the reason, unless the file can be read. */
  readable(path: string): void;
  /** The value of a secret. Throws Error with the reason; never with the value. */
  secret(ref: SecretRef): string;
}

/** The largest file that is taken for a secret, bytes. */
const LARGEST = 64 * 1024;

/**
 * Relative paths start at `folder`; those of secrets first at `$CREDENTIALS_DIRECTORY` (systemd.exec(5), LoadCredential=) if the file is there.
 * One line break at the end of a file is not part of the secret.
 */
export function createPlace(folder: string, env: Readonly<Record<string, string | undefined>>): Place {
  const path = (written: string): string => resolve(folder, written);
  const credential = (written: string): string => {
    const directory = env.CREDENTIALS_DIRECTORY;
    if (!directory || isAbsolute(written)) return path(written);
    const inside = join(directory, written);
    return existsSync(inside) ? inside : path(written);
  };
  return {
    path,
    readable(file) {
      try {
        accessSync(file, constants.R_OK);
        if (statSync(file).isDirectory()) throw new Error("it is a folder");
      } catch (error) {
        throw new Error(`the file ${file} can't be read: ${reason(error)}`);
      }
    },
    secret(ref) {
      if (typeof ref === "string") return filled(ref, "it");
      if ("env" in ref)
        return filled(env[ref.env] ?? missing(ref.env), `the environment variable ${ref.env}`);
      const file = credential(ref.file);
      return filled(readSecret(file).replace(/\r?\n$/, ""), `the file ${file}`);
    },
  };
}

function missing(name: string): never {
  throw new Error(`the environment variable ${name} is not set`);
}

function filled(value: string, what: string): string {
  if (value === "") throw new Error(`${what} is empty`);
  return value;
}

function readSecret(file: string): string {
  try {
    if (statSync(file).size > LARGEST) throw new Error("it is too large for a secret");
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`the file ${file} can't be read: ${reason(error)}`);
  }
}

/** An operating system's error in a few words. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return error.message;
}
