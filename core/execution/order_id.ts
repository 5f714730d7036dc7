/**
 * Client order ids. An id is a UUID made from SHA-256 over (session nonce, sequence within the session). Always true:
 *  - the same nonce and sequence give the same id, so a replayed journal names the same orders;
 *  - ids never repeat, not across crashes, clock steps back or restored backups: every session journals a fresh nonce before
 *    its first order, and no id reads the clock.
 */
import { sha256Hex } from "../sha256.ts";

/** UUID of version 8 (RFC 9562: custom content) for the `sequence`-th order of a session. */
export function orderId(sessionNonce: string, sequence: number): string {
  if (sessionNonce.length < 16) {
    throw new RangeError(`session nonce needs at least 16 characters to be unique, got "${sessionNonce}"`);
  }
  const hex = sha256Hex(`order ${sessionNonce} ${sequence}`);
  const variant = "89ab"[parseInt(hex[16], 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${
    hex.slice(20, 32)
  }`;
}
