import { lookup as resolve, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** A page that lies where no public website can be. */
export class PrivateAddressError extends Error {
  readonly code = "PRIVATE_ADDRESS";

  constructor(host: string, address: string) {
    super(`${host} is at ${address}, which is no public address`);
    this.name = "PrivateAddressError";
  }
}

/** Public, as opposed to loopback, private, link-local (where clouds keep their credentials), multicast and reserved ones; IPv4 within IPv6 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "unicast";
}

/** For a host that is an address itself, which is never looked up. @throws PrivateAddressError */
export function refusePrivateLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !isPublicAddress(host)) throw new PrivateAddressError(url.hostname, host);
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * `dns.lookup` that refuses names of private addresses. It stands where the connection is made: a name that answers a public address to a first question and a private one to
 * the second does not get by.
 */
export function publicLookup(host: string, options: LookupOptions, callback: Callback): void {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) return callback(new PrivateAddressError(host, refused.address), []);
    if (options.all) return callback(null, addresses);
    return callback(null, addresses[0]!.address, addresses[0]!.family);
  });
}
