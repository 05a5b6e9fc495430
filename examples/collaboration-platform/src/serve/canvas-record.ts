import {
  newEventId,
  type NewEvent,
  StoreUnavailableError,
  VersionConflictError,
} from '@firedrill/core/event-store';
import { backoffDelayMs, sleep } from '@firedrill/core/resilience';
import { z } from 'zod';
import { type AccessChange, type Role, roles } from '../domain.ts';
import type { KeptUpdate } from '../implementations/hardened/ports.ts';
import { Intake, type IntakeLimits, type IntakeState } from './intake.ts';
import type { CanvasEvent, CanvasStore } from './store.ts';

/** Events after which a snapshot is worth writing. */
const snapshotAfter = 200;
const snapshotName = 'canvas';
const snapshotVersion = 1;

/** What the store takes in one append. */
const batchBytes = 1_024 * 1_024;

/** A store that does not answer is asked again, for as long as the server runs. */
const backoff = { initialMs: 100, maxMs: 5_000, factor: 2, jitter: 'full' } as const;

export interface RecordLimits extends IntakeLimits {
  readonly pendingBytes: number;
}

interface Waiting {
  readonly events: readonly NewEvent<CanvasEvent>[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What the store has of one canvas: its document and who may do what, both made of the events of one
 * stream. Whatever happens to a canvas is appended in one order, several at a time while the store is
 * busy, and counts when it is there.
 */
export class CanvasRecord {
  readonly #store: CanvasStore;
  readonly #stream: { readonly category: 'canvas'; readonly id: string };
  readonly #limits: RecordLimits;
  readonly #intake: Intake;
  readonly #roles: Map<string, Role | undefined>;
  /** Version of the stream that is durable. */
  #version: number;
  #snapshotVersion: number;
  #admissions: number;
  #decisions: number;
  #waiting: Waiting[] = [];
  #appending: Promise<void> | undefined;
  #pendingBytes = 0;
  #failure: Error | undefined;

  private constructor(store: CanvasStore, roomId: string, limits: RecordLimits, kept: Kept) {
    this.#store = store;
    this.#stream = { category: 'canvas', id: roomId };
    this.#limits = limits;
    this.#intake = new Intake(limits, kept.intake);
    this.#roles = new Map(kept.roles);
    this.#admissions = kept.admissions;
    this.#decisions = kept.decisions;
    this.#version = kept.version;
    this.#snapshotVersion = kept.version;
  }

  /** Reads a canvas from its last snapshot and the events since; one that nobody has entered is empty. */
  static async load(
    store: CanvasStore,
    roomId: string,
    limits: RecordLimits,
  ): Promise<CanvasRecord> {
    const stream = { category: 'canvas', id: roomId };
    const snapshot = await store.snapshots.load(stream, snapshotName);
    const kept = keptOf(snapshot);
    const record = new CanvasRecord(store, roomId, limits, kept);
    for (const event of await store.readStream(stream, { from: kept.version + 1 })) {
      record.#evolve(event);
      record.#version = event.streamVersion;
    }
    return record;
  }

  get document(): Uint8Array {
    return this.#intake.document;
  }

  /** Whether nobody has ever entered. */
  get isNew(): boolean {
    return this.#roles.size === 0;
  }

  /** Decisions of admins. With the first of them a canvas is closed to strangers. */
  get decisions(): number {
    return this.#decisions;
  }

  get isIdle(): boolean {
    return this.#appending === undefined;
  }

  /** Why it cannot be used any more: somebody else has written to the same stream, say. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  knows(personId: string): boolean {
    return this.#roles.has(personId);
  }

  permissionOf(personId: string): { readonly role: Role | undefined; readonly number: number } {
    return { role: this.#roles.get(personId), number: this.#number };
  }

  ownerOf(clientId: number): string | undefined {
    return this.#intake.ownerOf(clientId);
  }

  /**
   * Appends what an update changes; resolves when it is durable, and with it all that came before.
   *
   * @throws UpdateRefusedError when it may not be kept; Error when the store takes too long
   */
  async keep({ personId, update, stamps }: KeptUpdate): Promise<void> {
    this.#checkRoom(update.length);
    const made = this.#intake.take(update, personId);
    if (made === undefined) {
      await this.settled();
      return;
    }
    const data = {
      by: personId,
      update: Buffer.from(made).toString('base64'),
      stamps: [...stamps],
    };
    await this.#append([{ type: 'canvas.updated', data }], made.length);
  }

  /** Notes what was decided about somebody; resolves to the number of the decision when it is durable. */
  async decide({ personId, role, by }: Omit<AccessChange, 'roomId'>): Promise<number> {
    const event = decided(personId, role, by);
    this.#evolve(event);
    const number = this.#number;
    await this.#append([event], 0);
    return number;
  }

  /** Writes a snapshot if that spares the next reader enough. */
  async snapshot(): Promise<void> {
    await this.settled();
    const version = this.#version;
    if (version - this.#snapshotVersion < snapshotAfter) return;
    this.#snapshotVersion = version;
    const { document, owners } = this.#intake.state;
    const state: z.input<typeof snapshotSchema> = {
      document: Buffer.from(document).toString('base64'),
      owners: [...owners],
      roles: [...this.#roles].map(([personId, role]) => [personId, role ?? null]),
      admissions: this.#admissions,
      decisions: this.#decisions,
    };
    const snapshot = { streamVersion: version, schemaVersion: snapshotVersion, state };
    await this.#store.snapshots.save(this.#stream, snapshotName, snapshot);
  }

  /** Resolves when everything so far is durable. */
  async settled(): Promise<void> {
    while (this.#appending !== undefined) await this.#appending;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Counts up with everything that is said about access. */
  get #number(): number {
    return this.#admissions + this.#decisions;
  }

  #checkRoom(bytes: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pendingBytes + bytes > this.#limits.pendingBytes) {
      throw new Error('Failed to keep an update: the store does not keep up. Send it again later.');
    }
  }

  #append(events: readonly NewEvent<CanvasEvent>[], bytes: number): Promise<void> {
    const withIds = events.map((event) => ({ ...event, eventId: newEventId() }));
    this.#pendingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events: withIds, bytes, resolve, reject });
      this.#appending ??= this.#drain().finally(() => {
        this.#appending = undefined;
      });
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#write(batch.flatMap(({ events }) => events));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#failure = error instanceof Error ? error : new Error(String(error));
        for (const { reject } of [...batch, ...this.#waiting]) reject(error);
        this.#waiting = [];
      }
      for (const { bytes } of batch) this.#pendingBytes -= bytes;
    }
  }

  #takeBatch(): readonly Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((waiting, index) => {
      bytes += waiting.bytes;
      return index > 0 && bytes > batchBytes;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  /** The ids of the events make it harmless to write again what may have been written. */
  async #write(events: readonly NewEvent<CanvasEvent>[]): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await this.#store.append(this.#stream, events, { expectedVersion: this.#version });
        this.#version += events.length;
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw explained(error);
        await sleep(backoffDelayMs(backoff, attempts, Math.random));
      }
    }
  }

  #evolve(event: CanvasEvent): void {
    if (event.type === 'canvas.updated') {
      this.#intake.take(Buffer.from(event.data.update, 'base64'), event.data.by);
      return;
    }
    const { personId, role, by } = event.data;
    this.#roles.set(personId, role ?? undefined);
    if (personId === by) this.#admissions += 1;
    else this.#decisions += 1;
  }
}

function decided(personId: string, role: Role | undefined, by: string): CanvasEvent {
  return { type: 'access.decided', data: { personId, role: role ?? null, by } };
}

function explained(error: unknown): unknown {
  if (!(error instanceof VersionConflictError)) return error;
  return new Error(
    'Failed to keep an update: another server writes to the same canvas. Serve a database from one.',
    { cause: error },
  );
}

const snapshotSchema = z.object({
  document: z.base64(),
  owners: z.array(z.tuple([z.int(), z.string()])),
  roles: z.array(z.tuple([z.string(), z.enum(roles).nullable()])),
  admissions: z.int(),
  decisions: z.int(),
});

/** What a snapshot holds. */
interface Kept {
  readonly intake: IntakeState | undefined;
  readonly roles: readonly (readonly [string, Role | undefined])[];
  readonly admissions: number;
  readonly decisions: number;
  readonly version: number;
}

function keptOf(snapshot: Awaited<ReturnType<CanvasStore['snapshots']['load']>>): Kept {
  const parsed = snapshotSchema.safeParse(snapshot?.state);
  if (snapshot?.schemaVersion !== snapshotVersion || !parsed.success) {
    return { intake: undefined, roles: [], admissions: 0, decisions: 0, version: 0 };
  }
  const { document, owners, roles: known, admissions, decisions } = parsed.data;
  return {
    intake: { document: Buffer.from(document, 'base64'), owners: new Map(owners) },
    roles: known.map(([personId, role]) => [personId, role ?? undefined] as const),
    admissions,
    decisions,
    version: snapshot.streamVersion,
  };
}
