import type { Identity } from '../identities.ts';

/** A place in this browser for the identity of one window, and for what that window has not sent yet. */
export interface Slot {
  /** Unique in the browser. */
  readonly name: string;
  readonly identity: Identity;
}

/** Windows of one browser that are each somebody else. */
const slots = 32;

/** A page that is being reloaded lets go of its slot a moment after the new one has begun. */
const releaseWithinMs = 1_000;

/**
 * Who this window is, also after it was loaded again, or closed and opened: the first identity of this
 * browser that no other window has.
 */
export async function takeSlot(): Promise<Slot> {
  const name = await freeSlot();
  sessionStorage.setItem('slot', name);
  const kept = identityIn(localStorage.getItem(keyOf(name)));
  if (kept !== undefined) return { name, identity: kept };
  const response = await fetch('/identities', { method: 'POST' });
  const text = await response.text();
  const identity = identityIn(text);
  if (identity === undefined) {
    throw new TypeError(
      'Failed to identify this window: the server gave no identity. Load it again.',
    );
  }
  localStorage.setItem(keyOf(name), text);
  return { name, identity };
}

/** The server does not know this identity: the next load asks for another. */
export function forgetIdentity({ name }: Slot): void {
  localStorage.removeItem(keyOf(name));
}

const keyOf = (slot: string): string => `identity/${slot}`;

async function freeSlot(): Promise<string> {
  const own = sessionStorage.getItem('slot');
  // Browsers have locks for secure pages only; elsewhere each window keeps to its own.
  if (!('locks' in navigator)) return own ?? String(Date.now());
  if (own !== null && (await hold(own, { signal: AbortSignal.timeout(releaseWithinMs) })))
    return own;
  for (let number = 0; number < slots; number += 1) {
    if (await hold(String(number), { ifAvailable: true })) return String(number);
  }
  throw new Error(`Failed to open one more window: ${slots} are open. Close one of them.`);
}

/** Takes the lock of a slot for as long as the page lives; false when another window has it. */
function hold(slot: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(keyOf(slot), options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

function identityIn(text: string | null): Identity | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  return 'personId' in value && 'proof' in value
    ? { personId: String(value.personId), proof: String(value.proof) }
    : undefined;
}
