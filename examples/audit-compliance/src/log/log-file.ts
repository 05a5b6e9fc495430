import { z } from 'zod';
import type { Signer } from './signing.ts';

/**
 * An exported log: one JSON value a line. The first line is the header, then come entries in their
 * order, and now and then a seal. A seal names the hashes of all entries since the one before it, the
 * root of the Merkle tree over all entries so far, and signs that. The last line is the closing seal.
 *
 * An entry is sealed as the bytes of its line, without the line feed. Headers and seals have one way
 * to be written, so that no byte of them can change unnoticed either.
 */
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Hexadecimal digits of a hash. */
const hashDigits = 64;

/**
 * Any number of hashes, one after the other. Not as one expression with a repeated group: that one
 * runs out of stack on the millions of digits of a large seal.
 */
const isHashes = (text: string): boolean =>
  text.length % hashDigits === 0 && !/[^0-9a-f]/.test(text);

const headerSchema = z.strictObject({
  type: z.literal('audit-log'),
  version: z.literal(1),
  /** Whose log it is. */
  origin: z.string(),
  publicKey: hash,
});
export type Header = z.infer<typeof headerSchema>;

const sealSchema = z.strictObject({
  type: z.literal('seal'),
  /** Entries from the beginning of the log up to here. */
  size: z.int().min(0),
  /** Root of the tree over them. */
  root: hash,
  sealedAt: z.string(),
  /** The closing seal: at this moment there were no more entries. */
  isClosing: z.boolean(),
  /** Leaf hashes of the entries since the seal before, one after the other. */
  leaves: z.string().refine(isHashes),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type Seal = z.infer<typeof sealSchema>;

/** A root that somebody outside was given: the witness, or whoever has an older export. */
export interface PublishedRoot {
  readonly size: number;
  /** In hexadecimal, in either case. */
  readonly root: string;
}

/** The leaf hashes that a seal names. */
export function leavesOf({ leaves }: Seal): readonly string[] {
  return Array.from({ length: leaves.length / hashDigits }, (_, index) =>
    leaves.slice(index * hashDigits, (index + 1) * hashDigits),
  );
}

export const headerLine = ({ type, version, origin, publicKey }: Header): string =>
  JSON.stringify({ type, version, origin, publicKey });

export const sealLine = (seal: Seal): string => {
  const { type, size, root, sealedAt, isClosing, leaves, signature } = seal;
  return JSON.stringify({ type, size, root, sealedAt, isClosing, leaves, signature });
};

/** What a seal signs. The leaves follow from the root. */
export const signedText = (
  { origin, publicKey }: Pick<Header, 'origin' | 'publicKey'>,
  { size, root, sealedAt, isClosing }: Omit<Seal, 'type' | 'leaves' | 'signature'>,
): string =>
  `firedrill audit log v1\n${origin}\n${publicKey}\n${size}\n${root}\n${sealedAt}\n${isClosing ? 'closing' : 'open'}\n`;

/** Makes a signed seal. */
export function makeSeal(
  signer: Signer,
  origin: string,
  seal: Omit<Seal, 'type' | 'signature'>,
): Seal {
  const text = signedText({ origin, publicKey: signer.publicKey }, seal);
  return { type: 'seal', ...seal, signature: signer.sign(text) };
}

/** How every seal begins. */
const sealBeginning = Buffer.from('{"type":"seal"');

export const isSealLine = (line: Buffer): boolean =>
  line.subarray(0, sealBeginning.length).equals(sealBeginning);

/** The header that a line is, if it is one in the way that headers are written. */
export const parseHeader = (line: Buffer): Header | undefined =>
  parseExactly(line, headerSchema, headerLine);

export const parseSeal = (line: Buffer): Seal | undefined =>
  parseExactly(line, sealSchema, sealLine);

function parseExactly<T>(
  line: Buffer,
  schema: z.ZodType<T>,
  write: (value: T) => string,
): T | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success && Buffer.from(write(parsed.data)).equals(line) ? parsed.data : undefined;
}

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line feed. */
  readonly bytes: Buffer;
}

const lineFeed = 0x0a;

/** The lines of a file. `isWhole` is false when the last one has no line feed. */
export function linesOf(file: Buffer): {
  readonly lines: readonly Line[];
  readonly isWhole: boolean;
} {
  const lines: Line[] = [];
  let from = 0;
  for (let end = file.indexOf(lineFeed); end !== -1; end = file.indexOf(lineFeed, from)) {
    lines.push({ number: lines.length + 1, bytes: file.subarray(from, end) });
    from = end + 1;
  }
  if (from < file.length) lines.push({ number: lines.length + 1, bytes: file.subarray(from) });
  return { lines, isWhole: from === file.length };
}
