// Signatures as receivers check them, and secrets that are none.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOf, sign } from "../../../src/channels/webhook/signature.ts";

test("the published example of Standard Webhooks", () => {
  const keys = [keyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
  expect(sign(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

test("one signature for each key, over exactly these bytes", () => {
  const key = fc.uint8Array({ minLength: 24, maxLength: 64 });
  fc.assert(
    fc.property(key, key, fc.string({ unit: "grapheme" }), fc.nat(), (one, other, body, seconds) => {
      const secrets = [one, other].map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`);
      const expected = [one, other].map(
        (bytes) =>
          `v1,${createHmac("sha256", bytes)
            .update(Buffer.from(`id.${seconds}.${body}`, "utf8"))
            .digest("base64")}`,
      );
      expect(sign(secrets.map(keyOf), "id", seconds, body)).toBe(expected.join(" "));
    }),
  );
});

test("a secret without its padding is the same secret", () => {
  const bytes = Buffer.alloc(25, 7);
  expect(keyOf(`whsec_${bytes.toString("base64").replace(/=+$/, "")}`)).toEqual(bytes);
});

test.each([
  ["no prefix", Buffer.alloc(32).toString("base64")],
  ["too short", `whsec_${Buffer.alloc(23).toString("base64")}`],
  ["too long", `whsec_${Buffer.alloc(65).toString("base64")}`],
  ["no base64", "whsec_hunter2!hunter2!hunter2!hunter2!hunter2!"],
  ["nothing", ""],
])("%s is no secret, and the error does not show it", (_, secret) => {
  expect(() => keyOf(secret)).toThrow(/^must be whsec_ and 24 to 64 bytes in base64$/);
});
