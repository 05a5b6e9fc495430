import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { readGivenFile, UsageError } from '@firedrill/core/command-line';
import { type Evidence, evidenceSchema, type Truth, truthSchema } from '@firedrill/core/workshop';
import { z } from 'zod';

/**
 * The work of one guess: 128 MB and about half a second, as OWASP advises for scrypt (2^17, 8, 1). They are
 * fixed: a file that chose them could ask a reader for all of the memory.
 */
const scryptWork = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 } as const;
const cipherName = 'aes-256-gcm';
const keyBytes = 32;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/** Shorter keys are guessed in an afternoon. */
export const shortestKey = 8;

/** Larger files are none of ours. */
const mostBytes = 32 * 2 ** 20;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

const sealedSchema = z.strictObject({
  format: z.literal('firedrill-mystery'),
  v: z.literal(1),
  kdf: z.literal('scrypt-131072-8-1'),
  cipher: z.literal(cipherName),
  salt: hex(saltBytes),
  nonce: hex(nonceBytes),
  tag: hex(tagBytes),
  /** The truth: nothing of the cause is anywhere else in the file. */
  truth: z
    .string()
    .regex(/^[0-9a-f]+$/)
    .max(2 * mostBytes),
  /** What may be asked for without the key. */
  evidence: evidenceSchema,
});

/** A mystery in a file: what may be asked for, and the truth under a key. */
export type SealedFile = z.infer<typeof sealedSchema>;

/** Seals a truth under a key. The evidence is bound to it: who changes one cannot open the other. */
export async function seal(truth: Truth, evidence: Evidence, key: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, await derive(key, salt), nonce);
  cipher.setAAD(boundTo(evidence));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(truth), 'utf8'), cipher.final()]);
  const file: SealedFile = {
    format: 'firedrill-mystery',
    v: 1,
    kdf: 'scrypt-131072-8-1',
    cipher: cipherName,
    salt: salt.toString('hex'),
    nonce: nonce.toString('hex'),
    tag: cipher.getAuthTag().toString('hex'),
    truth: sealed.toString('hex'),
    evidence,
  };
  return `${JSON.stringify(file)}\n`;
}

/** The truth of a sealed file; undefined when the key is wrong, or the file was changed. */
export async function unseal(file: SealedFile, key: string): Promise<Truth | undefined> {
  const secret = await derive(key, Buffer.from(file.salt, 'hex'));
  const decipher = createDecipheriv(cipherName, secret, Buffer.from(file.nonce, 'hex'));
  decipher.setAAD(boundTo(file.evidence));
  decipher.setAuthTag(Buffer.from(file.tag, 'hex'));
  let text: string;
  try {
    text = Buffer.concat([
      decipher.update(Buffer.from(file.truth, 'hex')),
      decipher.final(),
    ]).toString('utf8');
  } catch {
    return undefined;
  }
  return truthSchema.parse(JSON.parse(text));
}

/** What a wrong key is told. */
export const wrongKey =
  'The key does not open this file: it is another one, or the file was changed.';

/** Reads a sealed file. @throws UsageError when it is none */
export function readSealed(path: string, given: string): SealedFile {
  const refuse = (cause: string): UsageError =>
    new UsageError({
      given,
      cause,
      remedy: 'Give a number, or a file that pnpm workshop seal has made.',
    });
  let text: string;
  try {
    text = readGivenFile(path, mostBytes);
  } catch (error) {
    throw refuse(
      `the file cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('the file is no sealed mystery');
  }
  const parsed = sealedSchema.safeParse(value);
  if (!parsed.success) throw refuse('the file is no sealed mystery, or one of another version');
  return parsed.data;
}

/** The same bytes for the same evidence, before it is written and after it is read. */
const boundTo = (evidence: Evidence): Buffer =>
  Buffer.from(JSON.stringify(evidenceSchema.parse(evidence)), 'utf8');

function derive(key: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(key.normalize('NFKC'), salt, keyBytes, scryptWork, (error, secret) => {
      if (error === null) resolve(secret);
      else reject(error);
    });
  });
}
