import { ed25519 } from '@noble/curves/ed25519.js';

/** What a certificate says. */
export interface Claims {
  readonly learner: string;
  /** Best score by lesson, in per cent. */
  readonly scores: Readonly<Record<string, number>>;
  /** In ms since 1970 (UTC). */
  readonly issuedAtMs: number;
}

/**
 * A certificate as a JSON Web Signature with EdDSA (RFC 7515, RFC 8037), in its compact form: whoever
 * has the public key can verify it, with this code or with any other.
 *
 * @param secretKey 32 bytes
 */
export function signCertificate(claims: Claims, secretKey: Uint8Array): string {
  return sign(JSON.stringify(claims), secretKey);
}

/** Signs a text; for {@link signCertificate}, and for the vector of RFC 8037. */
export function sign(payload: string, secretKey: Uint8Array): string {
  const input = `${encode(utf8.encode('{"alg":"EdDSA"}'))}.${encode(utf8.encode(payload))}`;
  return `${input}.${encode(ed25519.sign(utf8.encode(input), secretKey))}`;
}

/** What a certificate says; `undefined` when it is not one, or not signed with this key. */
export function readCertificate(token: string, publicKey: Uint8Array): Claims | undefined {
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  if (more.length > 0 || decodeText(header) !== '{"alg":"EdDSA"}') return undefined;
  try {
    const input = utf8.encode(`${header}.${payload}`);
    if (!ed25519.verify(decode(signature), input, publicKey)) return undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- signed by whoever has the key
    return JSON.parse(decodeText(payload)) as Claims;
  } catch {
    return undefined;
  }
}

export const publicKeyOf = (secretKey: Uint8Array): Uint8Array => ed25519.getPublicKey(secretKey);

const utf8 = new TextEncoder();

function encode(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Bytes of a base64url text (RFC 4648); also of a key as RFC 8037 writes it. */
export function decode(text: string): Uint8Array {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

function decodeText(text: string): string {
  return new TextDecoder().decode(decode(text));
}
