import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";

process.env["LASTGOOD_TRUSTED_PROXIES"] = "1";
const { clientAddress, stampClientAddress } = await import("#lib/web/client-address.ts");

function addressFor(forwarded: string | undefined): string | null {
  const request = new IncomingMessage(new Socket());
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  request.headers["x-lastgood-address"] = "forged 6.6.6.6";
  stampClientAddress(request);
  return clientAddress(request.headers);
}

it("is what the nearest proxy wrote, whatever the client wrote before", () => {
  expect(addressFor("6.6.6.6, 10.0.0.7")).toBe("10.0.0.7");
  expect(addressFor("6.6.6.6, 2001:db8::7")).toBe("2001:db8::7");
});

it("is read with a port beside it, so that nothing the client wrote moves into its place", () => {
  expect(addressFor("6.6.6.6, 10.0.0.7:51234")).toBe("10.0.0.7");
  expect(addressFor("6.6.6.6, [2001:db8::7]:51234")).toBe("2001:db8::7");
  expect(addressFor("6.6.6.6, for=unknown")).not.toBe("6.6.6.6");
});
