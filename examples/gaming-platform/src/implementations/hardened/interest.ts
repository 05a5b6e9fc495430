import { maxStepM, type PlayerState, type Position, type Update } from '../../domain.ts';
import type { Outside } from '../../system.ts';
import { createPositions } from './positions.ts';

/**
 * Interest management: a player is told of those who are near enough, and of nobody else.
 *
 * The map is a grid whose cells are a radius and a step wide, so that everybody who is near before or
 * after a step stands in one of nine cells. Two players know each other exactly while they are within
 * the radius: who comes near is told everything once, and from then on only what changes (deltas);
 * who goes away is forgotten. Because positions change one at a time, the distance before a step says
 * who knows whom, and no list of acquaintances has to be kept.
 */
export interface Interest {
  enter(state: PlayerState): void;
  leave(playerId: string): void;
  moved(state: PlayerState): void;
  /** Something that others see and that changes no position. */
  acted(state: PlayerState): void;
}

type Connection = ReturnType<Outside['gate']['connect']>;

interface Body {
  /** Where its position stands in the table of positions. */
  readonly slot: number;
  readonly connection: Connection;
  state: PlayerState;
  cell: number;
}

/** Above any number of cells in a row, so that a cell has one number. */
const cellsInRow = 1 << 16;

/** @param cellM how wide a cell of the grid is */
export function createInterest(
  { cpu, gate }: Outside,
  radiusM: number,
  cellM = radiusM + maxStepM,
): Interest {
  const reach = radiusM * radiusM;
  const bodies = new Map<string, Body>();
  const cells = new Map<number, Body[]>();
  const positions = createPositions();

  const cellOf = ({ x, y }: Position): number =>
    Math.floor(x / cellM) * cellsInRow + Math.floor(y / cellM);

  /** Everybody in the nine cells round a cell; each of them is compared. */
  function around(cell: number): readonly (readonly Body[])[] {
    const found: Body[][] = [];
    let compared = 0;
    for (let row = cell - cellsInRow; row <= cell + cellsInRow; row += cellsInRow) {
      for (let there = row - 1; there <= row + 1; there += 1) {
        const crowd = cells.get(there);
        if (crowd === undefined) continue;
        found.push(crowd);
        compared += crowd.length;
      }
    }
    cpu.compare(compared);
    return found;
  }

  function place(body: Body, cell: number): void {
    body.cell = cell;
    const there = cells.get(cell);
    if (there === undefined) cells.set(cell, [body]);
    else there.push(body);
  }

  function displace(body: Body): void {
    const there = cells.get(body.cell);
    const last = there?.pop();
    if (there === undefined || last === undefined || last === body) return;
    there[there.indexOf(body)] = last;
  }

  /** Both learn everything of each other. */
  function introduce(one: Body, other: Body): void {
    cpu.encode(2);
    one.connection.tell({ kind: 'full', state: other.state });
    other.connection.tell({ kind: 'full', state: one.state });
  }

  /** Both forget each other. */
  function part(one: Body, other: Body): void {
    cpu.encode(2);
    one.connection.tell({ kind: 'left', playerId: other.state.playerId });
    other.connection.tell({ kind: 'left', playerId: one.state.playerId });
  }

  function tellAround(body: Body, update: Update): void {
    cpu.encode(1);
    for (const crowd of around(body.cell)) {
      for (const other of crowd) {
        const isNear = positions.squareM(other.slot, body.state) <= reach;
        if (isNear && other !== body) other.connection.tell(update);
      }
    }
  }

  return {
    enter(state) {
      const body: Body = {
        slot: positions.add(state),
        connection: gate.connect(state.playerId),
        state,
        cell: cellOf(state),
      };
      cpu.encode(1);
      body.connection.tell({ kind: 'full', state });
      for (const crowd of around(body.cell)) {
        for (const other of crowd) {
          if (positions.squareM(other.slot, state) <= reach) introduce(body, other);
        }
      }
      place(body, body.cell);
      bodies.set(state.playerId, body);
    },

    leave(playerId) {
      const body = bodies.get(playerId);
      if (body === undefined) return;
      bodies.delete(playerId);
      displace(body);
      tellAround(body, { kind: 'left', playerId });
      positions.remove(body.slot);
    },

    moved(state) {
      const { playerId, x, y } = state;
      const body = bodies.get(playerId);
      if (body === undefined) return;
      const before = body.state;
      body.state = state;
      positions.set(body.slot, state);
      const cell = cellOf(state);
      if (cell !== body.cell) {
        displace(body);
        place(body, cell);
      }
      const update: Update = { kind: 'moved', playerId, x, y };
      cpu.encode(1);
      for (const crowd of around(cell)) {
        for (const other of crowd) {
          if (other === body) continue;
          const wasNear = positions.squareM(other.slot, before) <= reach;
          const isNear = positions.squareM(other.slot, state) <= reach;
          if (wasNear && isNear) other.connection.tell(update);
          else if (isNear) introduce(body, other);
          else if (wasNear) part(body, other);
        }
      }
    },

    acted(state) {
      const body = bodies.get(state.playerId);
      if (body === undefined) return;
      body.state = state;
      tellAround(body, { kind: 'acted', playerId: state.playerId });
    },
  };
}
