import type { AccessChange } from '../../domain.ts';
import type { Stamp } from '../../domain/protocol.ts';
import type { reports } from '../../reports.ts';
import type { PermissionAnswer } from './permission-cache.ts';

/** What the server counts of itself. */
export type Counted = Exclude<keyof typeof reports, 'backlog'>;

/** An update of a document, and whose it is. */
export interface KeptUpdate {
  readonly personId: string;
  readonly update: Uint8Array;
  readonly stamps: readonly Stamp[];
  /** Of the document that it is an update of. Default: 0. */
  readonly generation?: number | undefined;
  /** It is all of a document that has begun anew, with this generation. Default: false. */
  readonly isWhole?: boolean | undefined;
}

/** An update in the log, with its position, which counts up. */
export interface LoggedUpdate extends KeptUpdate {
  readonly position: number;
}

/** Where updates are kept until they are saved with the document and written into the history. */
export interface LogPort {
  /** Adds updates; gives the position of the last of them, which follow each other. */
  readonly append: (roomId: string, updates: readonly KeptUpdate[]) => Promise<number>;
  readonly read: (roomId: string) => Promise<readonly LoggedUpdate[]>;
  /** Forgets what came up to this position. */
  readonly trim: (roomId: string, upTo: number) => Promise<unknown>;
  /** Rooms of which something is left. */
  readonly rooms: () => Promise<readonly string[]>;
}

/** What the server needs of the world: mock services in the simulation, files and memory for real. */
export interface Ports {
  /** Who may do what. */
  readonly checkPermission: (personId: string, roomId: string) => Promise<PermissionAnswer>;
  /** Writes a decision down; gives its number, which counts up. */
  readonly decide: (change: AccessChange) => Promise<{ readonly number: number }>;
  /** The document of a room as it was last saved; nothing when it never was. */
  readonly load: (roomId: string) => Promise<Uint8Array | undefined>;
  /**
   * Makes an update durable, if it may be kept: it is acknowledged, and others are told of it, when this
   * resolves. It is refused when this rejects with an UpdateRefusedError; with any other error the
   * connection ends, and the device comes back with it. Default: through the `log`, and without one with
   * the next save of the document.
   */
  readonly keep?: (roomId: string, update: KeptUpdate) => Promise<void>;
  /** Default: none, as the store keeps each update itself. */
  readonly log?: LogPort;
  readonly save: (roomId: string, document: Uint8Array) => Promise<unknown>;
  /** Adds to the history. The same entries may come twice: their ids tell. */
  readonly recordHistory: (entries: readonly Stamp[]) => Promise<unknown>;
  readonly trackAnalytics: (name: string, count: number) => Promise<unknown>;
  /** Milliseconds on the clock of the stamps. */
  readonly nowMs: () => number;
  /** Uniform in [0, 1): for the jitter of retries. */
  readonly random: () => number;
  readonly count: (what: Counted, by?: number) => void;
  /** A fault in the code of one room, which is closed when this returns; the others go on. */
  readonly onFault: (roomId: string, error: unknown) => void;
}

/** How the server goes about it. Times in ms. */
export interface ServerOptions {
  /** Between two updates of a canvas. */
  readonly flushMs: number;
  /** Between two updates of cursors. */
  readonly cursorMs: number;
  /** Between two updates of who is there, and two looks for the lost. */
  readonly statusMs: number;
  /** Silence after which a connection counts as lost. */
  readonly lostAfterMs: number;
  /** Longest time from a change to saving the document. */
  readonly saveEveryMs: number;
  /** Saves at once; as many may wait. */
  readonly saveWorkers: number;
  /** How long a permission counts before it is asked for again. */
  readonly permissionTtlMs: number;
  /** What may wait on one connection before its updates become a snapshot. */
  readonly maxBufferedBytes: number;
  /**
   * A document begins anew when it remembers so many entries more than what is on it needs; that takes a `log`.
   * Default: 0, which is never.
   */
  readonly compactAfter?: number;
}
