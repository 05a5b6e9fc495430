import {
  type Change,
  changed,
  isVisible,
  type Role,
  type Shape,
  shapeIdOf,
  type Shapes,
} from '../../domain.ts';
import type { ServerMessage } from '../../domain/protocol.ts';

/** What the app of the first four implementations has on the screen: shapes as it was told them. */
export interface Browser {
  readonly role: Role;
  receive(message: ServerMessage): void;
  /** Shows what the person did. */
  apply(change: Change): void;
  has(shapeId: string): boolean;
  /** Hides drafts from viewers: here, on the device, after they have been sent. */
  visible(): Shapes;
}

export function openBrowser(role: Role, initial: Shapes): Browser {
  const shapes = new Map(initial);
  const show = (shape: Shape | undefined): void => {
    if (shape !== undefined) shapes.set(shape.id, shape);
  };
  return {
    role,
    receive(message) {
      if (message.type !== 'shapes') return;
      if (message.isWhole) shapes.clear();
      for (const shape of message.shapes) show(shape);
    },
    apply(change) {
      const id = shapeIdOf(change);
      show(changed(shapes.get(id), change));
    },
    has: (shapeId) => shapes.has(shapeId),
    visible: () => new Map([...shapes].filter(([, shape]) => isVisible(shape, role))),
  };
}
