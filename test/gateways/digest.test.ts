// Digest and Basic as a client: the vectors of RFC 7616, and the challenges that devices really send.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  basicAuthorization,
  choose,
  digestAuthorization,
  readChallenges,
} from "../../src/gateways/digest.ts";

const RFC = [
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
];
const MUFASA = {
  method: "GET",
  uri: "/dir/index.html",
  username: "Mufasa",
  password: "Circle of Life",
  count: 1,
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};

describe("RFC 7616 section 3.9.1", () => {
  test.each([
    [0, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
    [1, "8ca523f5e9506fed4657c9700eebdbec"],
  ])("challenge %i", (index, response) => {
    const [challenge] = readChallenges(RFC[index]);
    if (!challenge) throw new Error("not read");
    const header = digestAuthorization(challenge, MUFASA);
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain("nc=00000001, qop=auth");
    expect(header).toContain('uri="/dir/index.html"');
    expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  });

  test("the strongest hash is chosen, from two fields or one", () => {
    expect(choose(readChallenges(RFC))?.params.algorithm).toBe("SHA-256");
    expect(choose(readChallenges([RFC[1] ?? "", RFC[0] ?? ""].join(", ")))?.params.algorithm).toBe("SHA-256");
  });
});

describe("challenges", () => {
  test("a Dinstar's: quoted algorithm, stale and empty domain", () => {
    const [challenge] = readChallenges(
      'Digest realm="Web Server", domain="",qop="auth", nonce="ab12", opaque="5ccc", algorithm="MD5", stale="FALSE"',
    );
    expect(challenge).toEqual({
      scheme: "digest",
      params: {
        realm: "Web Server",
        domain: "",
        qop: "auth",
        nonce: "ab12",
        opaque: "5ccc",
        algorithm: "MD5",
        stale: "FALSE",
      },
    });
  });

  test("Basic first and a realm with a comma and a quote: Digest is still found", () => {
    const header = 'Basic realm="a, \\"b\\"", Digest realm="x, Basic y=z", nonce="n,1", qop="auth-int,auth"';
    const all = readChallenges(header);
    expect(all.map((one) => one.scheme)).toEqual(["basic", "digest"]);
    expect(all[0]?.params.realm).toBe('a, "b"');
    expect(choose(all)?.params).toEqual({ realm: "x, Basic y=z", nonce: "n,1", qop: "auth-int,auth" });
  });

  test("only Basic, only what we can't do, nothing", () => {
    expect(choose(readChallenges('Basic realm="x"'))?.scheme).toBe("basic");
    expect(choose(readChallenges('Digest realm="x", nonce="n", algorithm=SHA-9'))).toBeUndefined();
    expect(choose(readChallenges('Digest realm="x", nonce="n", qop="auth-int"'))).toBeUndefined();
    expect(choose(readChallenges("Negotiate"))).toBeUndefined();
    expect(choose(readChallenges(undefined))).toBeUndefined();
  });

  test("any text is read without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("D", "b", " ", "=", ",", '"', "\\", "\t") }), (text) => {
        expect(Array.isArray(readChallenges(text))).toBe(true);
      }),
    );
  });
});

test("session algorithms hash the nonces in; without qop the older form of RFC 2069 is used", () => {
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const request = { method: "POST", uri: "/api", username: "u", password: "p", count: 11, cnonce: "c" };
  const [session] = readChallenges('Digest realm="r", nonce="n", qop="auth", algorithm=MD5-sess');
  const [old] = readChallenges('Digest realm="r", nonce="n"');
  if (!session || !old) throw new Error("not read");
  const a1 = md5(`${md5("u:r:p")}:n:c`);
  expect(digestAuthorization(session, request)).toContain(
    `response="${md5(`${a1}:n:0000000b:c:auth:${md5("POST:/api")}`)}"`,
  );
  const plain = digestAuthorization(old, request);
  expect(plain).toContain(`response="${md5(`${md5("u:r:p")}:n:${md5("POST:/api")}`)}"`);
  expect(plain).not.toContain("qop");
});

test("names with quotes are escaped; Basic is UTF-8", () => {
  const [challenge] = readChallenges('Digest realm="r", nonce="n", qop="auth"');
  if (!challenge) throw new Error("not read");
  expect(digestAuthorization(challenge, { ...MUFASA, username: 'a"b\\' })).toContain('username="a\\"b\\\\"');
  expect(basicAuthorization("ä", "é:1")).toBe(`Basic ${Buffer.from("ä:é:1").toString("base64")}`);
});
