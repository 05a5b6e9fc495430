import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { AccessChange, Role } from '../domain.ts';
import type { Ports } from '../implementations/hardened/ports.ts';

/** Who a window is. The proof stays with the window; the id is what others see. */
export interface Identity {
  readonly personId: string;
  readonly proof: string;
}

/** Everything that the simulation has services for, in the memory of one process. */
export interface Registry {
  readonly ports: Ports;
  /** A new one, for a window that has none. */
  issue(): Identity;
  /** Whether a window is who it says it is. */
  isGenuine(identity: Identity): boolean;
  /** Notes a person who comes to a room: the first is its admin, the others may do what they wish for. */
  welcome(personId: string, roomId: string, wish: 'viewer' | 'editor'): void;
}

export function createRegistry(): Registry {
  const key = randomBytes(32);
  const roles = new Map<string, Map<string, Role | undefined>>();
  const documents = new Map<string, Uint8Array>();
  let decisions = 0;

  const proofOf = (personId: string): Buffer => createHmac('sha256', key).update(personId).digest();

  const ports: Ports = {
    checkPermission: async (personId, roomId) => ({
      role: roles.get(roomId)?.get(personId),
      number: decisions,
    }),
    async decide({ roomId, personId, role }: AccessChange) {
      decisions += 1;
      roles.get(roomId)?.set(personId, role);
      return { number: decisions };
    },
    load: async (roomId) => documents.get(roomId),
    async save(roomId, document) {
      documents.set(roomId, document);
    },
    recordHistory: async () => {},
    trackAnalytics: async () => {},
    nowMs: () => Date.now(),
    random: () => Math.random(),
    count: () => {},
  };

  return {
    ports,
    issue() {
      const personId = `p-${randomUUID().slice(0, 8)}`;
      return { personId, proof: proofOf(personId).toString('hex') };
    },
    isGenuine({ personId, proof }) {
      const given = Buffer.from(proof, 'hex');
      const expected = proofOf(personId);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
    welcome(personId, roomId, wish) {
      const known = roles.get(roomId);
      if (known === undefined) roles.set(roomId, new Map([[personId, 'admin']]));
      else if (!known.has(personId)) known.set(personId, wish);
    },
  };
}
