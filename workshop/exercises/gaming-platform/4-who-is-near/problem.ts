import {
  createCells,
  createGame,
  type CreateSystem,
  hardenedParts,
  type Interest,
  type Outside,
  type PlayerState,
  type Update,
} from '#gaming-platform';

interface Body {
  readonly connection: ReturnType<Outside['gate']['connect']>;
  state: PlayerState;
}

/** How far players used to see each other, before there were so many of them. */
const hearingM = 75;

/**
 * Who is told of what: everybody within earshot, each of everything, each time. A tick has to be done
 * within 10 ms, and it costs processor time to encode an update, to compare two positions and to copy
 * bytes to a connection. What does a tick cost when the arena is full?
 *
 * A player has to see exactly those who stand within `radiusM`. Given: a connection is told `full` (180
 * bytes, everything), `moved` (14), `acted` (8) or `left` (6); `createCells` finds those who may be
 * near. `cpu.compare(n)` has to be called for as many positions as were compared, `cpu.encode(n)` for as
 * many updates as were made; an update that is the same for all is made once.
 */
function createInterest({ cpu, gate }: Outside, _radiusM: number): Interest {
  const bodies = new Map<string, Body>();
  const cells = createCells<Body>(hearingM);

  function tellAll(state: PlayerState, update: Update): void {
    const { things, count } = cells.around(state);
    cpu.compare(count);
    cpu.encode(count);
    for (const { connection } of things) connection.tell(update);
  }

  function changed(state: PlayerState): void {
    const body = bodies.get(state.playerId);
    if (body === undefined) return;
    body.state = state;
    cells.put(body, state);
    tellAll(state, { kind: 'full', state });
  }

  return {
    enter(state) {
      const body: Body = { connection: gate.connect(state.playerId), state };
      for (const other of cells.around(state).things) {
        cpu.encode(1);
        body.connection.tell({ kind: 'full', state: other.state });
      }
      bodies.set(state.playerId, body);
      changed(state);
    },
    leave(playerId) {
      const body = bodies.get(playerId);
      if (body === undefined) return;
      bodies.delete(playerId);
      cells.remove(body);
      tellAll(body.state, { kind: 'left', playerId });
    },
    moved: changed,
    acted: changed,
  };
}

export const create: CreateSystem = (context) =>
  createGame(context, { ...hardenedParts, createInterest });
