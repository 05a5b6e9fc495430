import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mayEdit, type Role } from '../domain.ts';

/** Who a window is. The proof stays with the window; the id is what others see. */
export interface Identity {
  readonly personId: string;
  readonly proof: string;
}

/** What an admin gives out, so that somebody may enter a canvas that is closed to strangers. */
export interface Invitation {
  readonly roomId: string;
  readonly role: 'viewer' | 'editor';
  /** Decisions about access to the canvas so far: the next one makes the invitation worthless. */
  readonly decisions: number;
}

/** Signs who people are, and what they were promised (HMAC, RFC 2104, with SHA-256). */
export interface Identities {
  /** A new one, for a window that has none. */
  issue(): Identity;
  /** Whether a window is who it says it is. */
  isGenuine(identity: Identity): boolean;
  invite(invitation: Invitation): string;
  /** The role that a token promises, if it is one of this canvas and nothing was decided since. */
  promisedBy(token: string, canvas: Omit<Invitation, 'role'>): Invitation['role'] | undefined;
}

const keyBytes = 32;

/** @param key 32 random bytes that nobody else has */
export function createIdentities(key: Uint8Array): Identities {
  const signed = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');

  const invitationProof = ({ roomId, role, decisions }: Invitation): string =>
    signed('invitation', roomId, role, String(decisions));

  return {
    issue() {
      const personId = `p-${randomBytes(16).toString('base64url')}`;
      return { personId, proof: signed('person', personId) };
    },
    isGenuine: ({ personId, proof }) => isSame(proof, signed('person', personId)),
    invite: (invitation) => `${invitation.role}.${invitationProof(invitation)}`,
    promisedBy(token, canvas) {
      const [role, proof = ''] = token.split('.');
      if (role !== 'viewer' && role !== 'editor') return undefined;
      return isSame(proof, invitationProof({ ...canvas, role })) ? role : undefined;
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Of a role that was wished for and one that was promised, the lesser. */
export const lesser = (wish: 'viewer' | 'editor', promised: Role): 'viewer' | 'editor' =>
  mayEdit(wish) && mayEdit(promised) ? 'editor' : 'viewer';

/** A key for as long as the process runs. */
export const temporaryKey = (): Uint8Array => randomBytes(keyBytes);

/**
 * The key in a directory, made when there is none, so that identities survive a restart.
 *
 * @throws Error when the file is there and holds no key
 */
export async function keyIn(directory: string): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'identity.key');
  try {
    // Whoever comes second finds the key of the first.
    await writeFile(file, randomBytes(keyBytes).toString('base64'), { flag: 'wx', mode: 0o600 });
    await chmod(file, 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64');
  if (key.length === keyBytes) return key;
  throw new Error(
    `Failed to read ${file}: it holds no key of ${keyBytes} bytes. Restore it from a copy; without it, remove it, and everybody is a stranger again.`,
  );
}
