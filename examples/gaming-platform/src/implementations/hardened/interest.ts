import { maxStepM, type PlayerState, type Update } from '../../domain.ts';
import type { Services } from '../../services.ts';

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
  /** Sends each player what has gathered for him: one message a tick at most. */
  flush(): void;
}

interface Body {
  state: PlayerState;
  /** The position of the state, at hand for the comparisons. */
  x: number;
  y: number;
  cell: number;
  outbox: Update[];
}

/** Above any number of cells in a row, so that a cell has one number. */
const cellsInRow = 1 << 16;

export function createInterest({ cpu, gate }: Services, radiusM: number): Interest {
  const cellM = radiusM + maxStepM;
  const reach = radiusM * radiusM;
  const bodies = new Map<string, Body>();
  const cells = new Map<number, Body[]>();
  let toSend: Body[] = [];

  const cellOf = (x: number, y: number): number =>
    Math.floor(x / cellM) * cellsInRow + Math.floor(y / cellM);

  const isNear = (body: Body, x: number, y: number): boolean => {
    const dx = body.x - x;
    const dy = body.y - y;
    return dx * dx + dy * dy <= reach;
  };

  function tell(body: Body, update: Update): void {
    if (body.outbox.length === 0) toSend.push(body);
    body.outbox.push(update);
  }

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
    tell(one, { kind: 'full', state: other.state });
    tell(other, { kind: 'full', state: one.state });
  }

  /** Both forget each other. */
  function part(one: Body, other: Body): void {
    cpu.encode(2);
    tell(one, { kind: 'left', playerId: other.state.playerId });
    tell(other, { kind: 'left', playerId: one.state.playerId });
  }

  function tellAround(body: Body, update: Update): void {
    cpu.encode(1);
    for (const crowd of around(body.cell)) {
      for (const other of crowd) {
        if (other !== body && isNear(other, body.x, body.y)) tell(other, update);
      }
    }
  }

  return {
    enter(state) {
      const { x, y } = state;
      const body: Body = { state, x, y, cell: cellOf(x, y), outbox: [] };
      cpu.encode(1);
      tell(body, { kind: 'full', state });
      for (const crowd of around(body.cell)) {
        for (const other of crowd) if (isNear(other, x, y)) introduce(body, other);
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
    },

    moved(state) {
      const { playerId, x, y } = state;
      const body = bodies.get(playerId);
      if (body === undefined) return;
      const { x: oldX, y: oldY } = body;
      body.state = state;
      body.x = x;
      body.y = y;
      const cell = cellOf(x, y);
      if (cell !== body.cell) {
        displace(body);
        place(body, cell);
      }
      const update: Update = { kind: 'moved', playerId, x, y };
      cpu.encode(1);
      for (const crowd of around(cell)) {
        for (const other of crowd) {
          if (other === body) continue;
          const wasNear = isNear(other, oldX, oldY);
          const nowNear = isNear(other, x, y);
          if (wasNear && nowNear) tell(other, update);
          else if (nowNear) introduce(body, other);
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

    flush() {
      const sending = toSend;
      toSend = [];
      for (const body of sending) {
        const updates = body.outbox;
        body.outbox = [];
        gate.send(body.state.playerId, updates);
      }
    },
  };
}
