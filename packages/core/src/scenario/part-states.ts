import type { Network } from '../services/index.ts';
import { eachDeclaration, isService, type Declarations, type Pools } from './outside/index.ts';
import type { PartState } from './parts.ts';
import type { Parts } from './record.ts';
import type { SystemHost } from './system/system-host.ts';
import type { ExampleTypes } from './types.ts';

/** The parts of a system and of what it can reach, and their states. */
export class PartStates {
  readonly #declarations: Declarations;
  readonly #processes: readonly string[];
  readonly #own = new Map<string, (() => PartState | undefined)[]>();
  readonly #last = new Map<string, PartState>();
  readonly #network: Network;
  readonly #pools: Pools;

  constructor(
    declarations: Declarations,
    processes: readonly string[],
    network: Network,
    pools: Pools,
  ) {
    this.#declarations = declarations;
    this.#processes = processes;
    this.#network = network;
    this.#pools = pools;
  }

  /** Takes a part that a system declares of itself; those of one name are added up. */
  addOwn(name: string, read: () => PartState | undefined): void {
    const readers = this.#own.get(name) ?? [];
    readers.push(read);
    this.#own.set(name, readers);
  }

  /** What there is, and what is connected with what. */
  describe(): Pick<Parts, 'parts' | 'links'> {
    const parts: Parts['parts'] = this.#processes.map((id) => ({ id, kind: 'process' }));
    const links: Parts['links'] = [];
    const entry = this.#processes;
    for (const declaration of eachDeclaration(this.#declarations)) {
      if (isService(declaration)) {
        parts.push({ id: declaration.name, kind: 'service' });
        for (const from of entry) links.push({ from, to: declaration.name });
      } else if (declaration.kind === 'pool') {
        parts.push({ id: `pool:${declaration.name}`, kind: 'pool' });
        for (const from of entry) links.push({ from, to: `pool:${declaration.name}` });
        links.push({ from: `pool:${declaration.name}`, to: declaration.to });
      } else if (declaration.kind === 'channel') {
        parts.push({ id: declaration.name, kind: 'channel' });
        for (const to of entry) links.push({ from: declaration.name, to });
      }
    }
    for (const name of this.#own.keys()) parts.push({ id: `own:${name}`, kind: 'own' });
    return { parts, links };
  }

  /** The states that are other than at the call before, by the ids of the parts. */
  changed(host: SystemHost<ExampleTypes>): Record<string, PartState> | undefined {
    const changed: Record<string, PartState> = {};
    let isEmpty = true;
    const see = (id: string, state: PartState): void => {
      const last = this.#last.get(id);
      if (last?.used === state.used && last.of === state.of && last.waiting === state.waiting) {
        return;
      }
      this.#last.set(id, state);
      changed[id] = state;
      isEmpty = false;
    };
    for (const name of this.#processes) see(name, { used: host.isUp(name) ? 1 : 0, of: 1 });
    for (const [name, { inFlight, queued }] of this.#network.stats()) {
      see(name, { used: inFlight, ...(queued > 0 && { waiting: queued }) });
    }
    for (const [name, { inUse, size, waiting }] of this.#pools.readings()) {
      see(`pool:${name}`, { used: inUse, of: size, ...(waiting > 0 && { waiting }) });
    }
    for (const [name, readers] of this.#own) {
      const states = readers.map((read) => read()).filter((state) => state !== undefined);
      if (states.length > 0) see(`own:${name}`, sum(states));
    }
    return isEmpty ? undefined : changed;
  }
}

function sum(states: readonly PartState[]): PartState {
  const total = (pick: (state: PartState) => number | undefined): number | undefined => {
    const figures = states.map(pick).filter((figure) => figure !== undefined);
    return figures.length === 0 ? undefined : figures.reduce((all, each) => all + each, 0);
  };
  const of = total((state) => state.of);
  const waiting = total((state) => state.waiting);
  return {
    used: total((state) => state.used) ?? 0,
    ...(of !== undefined && { of }),
    ...(waiting !== undefined && { waiting }),
  };
}
