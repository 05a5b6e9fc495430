import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { AccessChange, Edit, Role, Shapes } from './domain.ts';
import type { Canvases } from './types.ts';

/**
 * Processes of a platform, by their position: the server, and the pages on all devices. Both are made of
 * the same implementation, and share nothing but what is outside.
 */
export const processes = { server: 0, pages: 1 } as const;

/** The one interface of all five implementations. Of a process only its own part is asked for. */
export interface CollaborationSystem extends ClosableSystem {
  /** Pages: opens the canvas of a person on their device; rejects when it cannot be opened. */
  open(personId: string): Promise<Session>;
  /** Server: an admin decides about somebody; resolves when the decision is in force. */
  changeAccess(change: AccessChange): Promise<void>;
  /** Server: the canvas as the server has it. */
  canvas(roomId: string): Promise<Shapes>;
  /** Server: whether it shows a person as present. */
  isPresent(roomId: string, personId: string): Promise<boolean>;
}

/** A canvas that is open on a device: an object of functions, as whoever looks at it reaches it. */
export interface Session {
  /** What the app believes that the person may do; without a role it has closed itself. */
  readonly role: Role | undefined;
  /** Resolves when the edit is on the person's own screen; rejects when it never will be. */
  readonly edit: (edit: Edit) => Promise<void>;
  readonly moveCursor: (x: number, y: number) => void;
  /** Whether a shape is on the screen. */
  readonly has: (shapeId: string) => boolean;
  /** Everything on the screen. */
  readonly shapes: () => Shapes;
  /** The person closes the window. */
  readonly close: () => Promise<void>;
}

/** What an implementation is made of. */
export type Context = SystemContext<Canvases>;

export type CreateSystem = (context: Context) => CollaborationSystem;
