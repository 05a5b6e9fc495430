import { type Change, changed, type Shape, shapeIdOf, type Shapes } from '../../domain.ts';

/**
 * The canvases as the first four implementations keep them: plain shapes in memory, and whoever comes
 * last wins with the whole shape.
 *
 * Flaw: what is sent is the shape as it was, not what was done to it. Two messages that cross leave
 * different shapes on different screens, and nobody finds out.
 */
export interface Board<Member> {
  /** The members of a room, by person. */
  members(roomId: string): Map<string, Member>;
  shapes(roomId: string): Shapes;
  /** Changes a canvas; gives the shape as it is now, unless it is not there. */
  apply(roomId: string, change: Change): Shape | undefined;
}

export function createBoard<Member>(): Board<Member> {
  const rooms = new Map<string, { members: Map<string, Member>; shapes: Map<string, Shape> }>();
  const open = (roomId: string) => {
    const known = rooms.get(roomId);
    if (known !== undefined) return known;
    const room = { members: new Map<string, Member>(), shapes: new Map<string, Shape>() };
    rooms.set(roomId, room);
    return room;
  };
  return {
    members: (roomId) => open(roomId).members,
    shapes: (roomId) => open(roomId).shapes,
    apply(roomId, change) {
      const { shapes } = open(roomId);
      const id = shapeIdOf(change);
      const shape = changed(shapes.get(id), change);
      if (shape !== undefined) shapes.set(id, shape);
      return shape;
    },
  };
}

/** What a system answers from its board, whoever the members are. */
export const answersFrom = <Member>(board: Board<Member>) => ({
  canvas: async (roomId: string): Promise<Shapes> => board.shapes(roomId),
  isPresent: async (roomId: string, personId: string): Promise<boolean> =>
    board.members(roomId).has(personId),
});
