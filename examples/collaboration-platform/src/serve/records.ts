import type { AccessChange, Role } from '../domain.ts';
import type { Ports } from '../implementations/hardened/ports.ts';
import { CanvasRecord, type RecordLimits } from './canvas-record.ts';
import { type Identities, lesser } from './identities.ts';
import type { CanvasStore } from './store.ts';

/** Everything that the simulation has services for: what the store has of all canvases. */
export interface Records {
  readonly ports: Ports;
  /**
   * Lets somebody who comes to a canvas in: the first is its admin. Others may do what they wish for,
   * until an admin has decided about anybody; from then on a stranger needs an invitation. Resolves when
   * what was decided is durable; who is not let in has no role then.
   */
  welcome(comer: Comer): Promise<void>;
  roleOf(personId: string, roomId: string): Promise<Role | undefined>;
  /** A token that lets a stranger in. */
  invite(roomId: string, role: 'viewer' | 'editor'): Promise<string>;
  /** Whether the replica of a newcomer is that of somebody else. */
  isForeign(clientId: number, comer: Pick<Comer, 'personId' | 'roomId'>): Promise<boolean>;
  /** Resolves when everything is durable. */
  close(): Promise<void>;
}

export interface Comer {
  readonly personId: string;
  readonly roomId: string;
  readonly wish: 'viewer' | 'editor';
  readonly invitation?: string | undefined;
}

/** More canvases are open than the memory of the server is meant for. */
export class TooManyRoomsError extends Error {
  override readonly name = 'TooManyRoomsError';
  readonly code = 'TOO_MANY_ROOMS';
}

interface RecordsOptions {
  readonly store: CanvasStore;
  readonly identities: Identities;
  readonly limits: RecordLimits & { readonly rooms: number };
  readonly onFault: Ports['onFault'];
}

/** A canvas that nobody has asked for is forgotten after this; the store has it. */
const idleMs = 60_000;
const sweepEveryMs = 10_000;

interface Entry {
  readonly record: Promise<CanvasRecord>;
  usedAtMs: number;
}

export function createRecords({ store, identities, limits, onFault }: RecordsOptions): Records {
  const entries = new Map<string, Entry>();

  async function recordOf(roomId: string): Promise<CanvasRecord> {
    const known = entries.get(roomId) ?? open(roomId);
    known.usedAtMs = performance.now();
    const record = await known.record;
    if (record.failure === undefined) return record;
    if (entries.get(roomId) === known) entries.delete(roomId);
    return recordOf(roomId);
  }

  function open(roomId: string): Entry {
    if (entries.size >= limits.rooms) {
      throw new TooManyRoomsError(
        `Failed to open ${roomId}: ${limits.rooms} canvases are open. Come again in a minute.`,
      );
    }
    const record = CanvasRecord.load(store, roomId, limits);
    const entry = { record, usedAtMs: performance.now() };
    entries.set(roomId, entry);
    record.catch(() => {
      if (entries.get(roomId) === entry) entries.delete(roomId);
    });
    return entry;
  }

  async function sweep(): Promise<void> {
    const now = performance.now();
    for (const [roomId, entry] of entries) {
      if (now - entry.usedAtMs < idleMs) continue;
      const record = await entry.record;
      if (record.isIdle && now - entry.usedAtMs >= idleMs) entries.delete(roomId);
    }
  }
  const sweeper = setInterval(() => void sweep().catch(() => {}), sweepEveryMs);

  function admission(record: CanvasRecord, comer: Comer): Role | undefined {
    const { roomId, invitation, wish } = comer;
    if (record.isNew) return 'admin';
    const { decisions } = record;
    const promised =
      invitation === undefined
        ? undefined
        : identities.promisedBy(invitation, { roomId, decisions });
    if (promised !== undefined) return lesser(wish, promised);
    return decisions === 0 ? wish : undefined;
  }

  const ports: Ports = {
    async checkPermission(personId, roomId) {
      return (await recordOf(roomId)).permissionOf(personId);
    },
    async decide({ roomId, personId, role, by }: AccessChange) {
      const record = await recordOf(roomId);
      // Whoever never was here cannot be decided about.
      if (!record.knows(personId)) return record.permissionOf(personId);
      return { number: await record.decide({ personId, role, by }) };
    },
    load: async (roomId) => (await recordOf(roomId)).document,
    keep: async (roomId, update) => (await recordOf(roomId)).keep(update),
    save: async (roomId) => (await recordOf(roomId)).snapshot(),
    // The stamps stand beside the updates in the log.
    recordHistory: async () => {},
    trackAnalytics: async () => {},
    nowMs: () => Date.now(),
    random: () => Math.random(),
    count: () => {},
    onFault,
  };

  return {
    ports,
    async welcome(comer) {
      const { personId, roomId } = comer;
      const record = await recordOf(roomId);
      const known = record.permissionOf(personId).role;
      if (known !== undefined) return;
      // Who was removed is a stranger, and wishes do not count.
      const role =
        record.knows(personId) && comer.invitation === undefined
          ? undefined
          : admission(record, comer);
      if (role !== undefined) await record.decide({ personId, role, by: personId });
    },
    async roleOf(personId, roomId) {
      return (await recordOf(roomId)).permissionOf(personId).role;
    },
    async invite(roomId, role) {
      const { decisions } = await recordOf(roomId);
      return identities.invite({ roomId, role, decisions });
    },
    async isForeign(clientId, { personId, roomId }) {
      const owner = (await recordOf(roomId)).ownerOf(clientId);
      return owner !== undefined && owner !== personId;
    },
    async close() {
      clearInterval(sweeper);
      for (const { record } of entries.values()) await (await record).settled().catch(() => {});
    },
  };
}
