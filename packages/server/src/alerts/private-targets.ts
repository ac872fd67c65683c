import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { HeaptideError } from "@heaptide/base";

/**
 * Addresses that lead into one's own machine or network: loopback, private, link-local (a cloud's metadata service), carrier-grade NAT, multicast and reserved ones.
 * Source: IANA's special-purpose address registries.
 */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  PRIVATE.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  PRIVATE.addSubnet(net, bits, "ipv6");

/** What is no address at all is taken for private. */
function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  // ::ffff:127.0.0.1 is 127.0.0.1 in another dress; BlockList compares it with the rules for version 4.
  return PRIVATE.check(address, family === 6 ? "ipv6" : "ipv4");
}

/**
 * A look-up of names that refuses private addresses. It is made at the moment of connecting, by the connection itself: a name that is looked up twice may lead elsewhere
 * the second time.
 */
export const publicLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => isPrivate(address));
    if (refused) return callback(new HeaptideError("TARGET_IS_PRIVATE", { host, address: refused.address }), []);
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

/** An address that is written as a number is never looked up. @throws TARGET_IS_PRIVATE */
export function refusePrivateLiteral(hostname: string): void {
  const literal = hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && isPrivate(literal)) throw new HeaptideError("TARGET_IS_PRIVATE", { host: literal, address: literal });
}
