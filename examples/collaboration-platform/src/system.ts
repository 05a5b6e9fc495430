import type { ClosableSystem, SystemContext } from '@firedrill/core/scenario';
import type { AccessChange, Edit, Role, Shapes } from './domain.ts';
import type { Canvases } from './types.ts';

/** The one interface of all five implementations: the server, and the app on each device. */
export interface CollaborationSystem extends ClosableSystem {
  /** Opens the canvas of a person on their device; rejects when it cannot be opened. */
  open(personId: string): Promise<Session>;
  /** An admin decides about somebody; resolves when the decision is in force. */
  changeAccess(change: AccessChange): Promise<void>;
  /** The canvas as the server has it. */
  canvas(roomId: string): Promise<Shapes>;
  /** Whether the server shows a person as present. */
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
