import type { ClosableSystem, PhaseContext } from '@firedrill/core/scenario';
import type { Device } from './devices.ts';
import type { AccessChange, Edit, Role, Shapes } from './domain.ts';
import type { Services } from './services.ts';
import type { Settings } from './settings.ts';

/** The one interface of all five implementations: the server, and the app on each device. */
export interface CollaborationSystem extends ClosableSystem {
  /** Opens the canvas of a person on their device; rejects when it cannot be opened. */
  open(device: Device): Promise<Session>;
  /** An admin decides about somebody; resolves when the decision is in force. */
  changeAccess(change: AccessChange): Promise<void>;
  /** The canvas as the server has it. */
  canvas(roomId: string): Promise<Shapes>;
  /** Whether the server shows a person as present. */
  isPresent(roomId: string, personId: string): boolean;
  /** Work that waits inside the system: unsaved documents, entries of history. Default: none. */
  backlog?(): number;
  /** Things registered and not removed: listeners, members, timers. Default: none. */
  leftBehind?(): number;
}

/** A canvas that is open on a device. */
export interface Session {
  /** What the app believes that the person may do; without a role it has closed itself. */
  readonly role: Role | undefined;
  /** Resolves when the edit is on the person's own screen; rejects when it never will be. */
  edit(edit: Edit): Promise<void>;
  moveCursor(x: number, y: number): void;
  /** Whether a shape is on the screen. */
  has(shapeId: string): boolean;
  /** Everything on the screen. */
  shapes(): Shapes;
  /** The person closes the window. */
  close(): Promise<void>;
}

/** What an implementation is made of. */
export type Context = PhaseContext<Settings>;

export type CreateSystem = (context: Context, services: Services) => CollaborationSystem;
