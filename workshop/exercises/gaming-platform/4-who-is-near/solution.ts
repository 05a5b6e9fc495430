import {
  createCells,
  createGame,
  type CreateSystem,
  hardenedParts,
  type Interest,
  maxStepM,
  type Outside,
  type PlayerState,
  type Update,
} from '#gaming-platform';

interface Body {
  readonly connection: ReturnType<Outside['gate']['connect']>;
  state: PlayerState;
}

/**
 * Interest management: who comes near is told everything once, and from then on only what changes; who
 * goes away is forgotten. Positions change one at a time, so that the distance before a step says who
 * knew whom, and no list of acquaintances has to be kept.
 */
function createInterest({ cpu, gate }: Outside, radiusM: number): Interest {
  const bodies = new Map<string, Body>();
  // A step wider than the radius: whoever was near before a step is found after it.
  const cells = createCells<Body>(radiusM + maxStepM);
  const reach = radiusM * radiusM;

  function isNear(one: PlayerState, other: PlayerState): boolean {
    const dx = one.x - other.x;
    const dy = one.y - other.y;
    return dx * dx + dy * dy <= reach;
  }

  function around(state: PlayerState): readonly Body[] {
    const { things, count } = cells.around(state);
    cpu.compare(count);
    return things;
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

  function tellNear(body: Body, update: Update): void {
    cpu.encode(1);
    for (const other of around(body.state)) {
      if (other !== body && isNear(other.state, body.state)) other.connection.tell(update);
    }
  }

  return {
    enter(state) {
      const body: Body = { connection: gate.connect(state.playerId), state };
      cpu.encode(1);
      body.connection.tell({ kind: 'full', state });
      for (const other of around(state)) if (isNear(other.state, state)) introduce(body, other);
      bodies.set(state.playerId, body);
      cells.put(body, state);
    },
    leave(playerId) {
      const body = bodies.get(playerId);
      if (body === undefined) return;
      bodies.delete(playerId);
      cells.remove(body);
      tellNear(body, { kind: 'left', playerId });
    },
    moved(state) {
      const { playerId, x, y } = state;
      const body = bodies.get(playerId);
      if (body === undefined) return;
      const before = body.state;
      body.state = state;
      cells.put(body, state);
      cpu.encode(1);
      for (const other of around(state)) {
        if (other === body) continue;
        const wasNear = isNear(other.state, before);
        const nowNear = isNear(other.state, state);
        if (wasNear && nowNear) other.connection.tell({ kind: 'moved', playerId, x, y });
        else if (nowNear) introduce(body, other);
        else if (wasNear) part(body, other);
      }
    },
    acted(state) {
      const body = bodies.get(state.playerId);
      if (body === undefined) return;
      body.state = state;
      tellNear(body, { kind: 'acted', playerId: state.playerId });
    },
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createInterest });
