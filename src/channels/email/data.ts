// DATA read into memory, with its limits kept while it is read.
import type { Readable } from "node:stream";
import { Refusal } from "./answer.ts";

/** Resolves with the first `limit` bytes; null: the mail was bigger than the server takes. `tooMuch` is called once it is bigger than `end`. Rejects when the client goes away. */
export function collect(
  stream: Readable & { readonly sizeExceeded: boolean },
  limit: number,
  end: number,
  tooMuch: () => void,
): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on("data", (chunk: Buffer) => {
      if (size < limit) chunks.push(size + chunk.length <= limit ? chunk : chunk.subarray(0, limit - size));
      if (size <= end && size + chunk.length > end) tooMuch();
      size += chunk.length;
    });
    stream.once("end", () => resolve(stream.sizeExceeded ? null : Buffer.concat(chunks)));
    stream.once("error", reject);
    stream.once("close", () => {
      if (!stream.readableEnded) reject(new Refusal(451, "4.4.2 Connection lost"));
    });
  });
}
