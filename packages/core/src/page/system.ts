import type { RunState } from '../report/run-state.ts';

/** A part of the system as it is drawn, in one of three columns. */
export interface DrawnPart {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** 0: what asks and is told; 1: what is held on the way; 2: what is asked. */
  readonly column: 0 | 1 | 2;
}

/** A system as it is drawn: the same parts at the same places for every phase of a run. */
export interface SystemPlan {
  readonly parts: readonly DrawnPart[];
  readonly links: readonly { readonly from: string; readonly to: string }[];
  /** Names of the parts that nobody used and nothing struck in the whole run: left out. */
  readonly idle: readonly string[];
}

const columns: Readonly<Record<string, 0 | 1 | 2>> = { process: 0, channel: 0, service: 2 };

/** `pool:connections` is written `connections`. */
const nameOf = (id: string): string => id.replace(/^(?:pool|own):/, '');

/** What is drawn of the systems of a run: every part that was used, or struck by a fault, in any phase. */
export function systemPlan({ phases }: RunState): SystemPlan {
  const all = new Map(
    phases.flatMap(({ parts }) => (parts?.parts ?? []).map((part) => [part.id, part] as const)),
  );
  const busy = new Set(
    phases.flatMap(({ partStates, faults }) => [
      ...[...partStates].flatMap(([id, readings]) =>
        readings.some(({ state }) => state.used > 0 || (state.waiting ?? 0) > 0) ? [id] : [],
      ),
      ...[...faults.values()].map(({ fault }) => fault.service),
    ]),
  );
  const isDrawn = (id: string, kind: string): boolean => kind === 'process' || busy.has(id);
  const parts = [...all.values()].map(({ id, kind }) => ({
    id,
    kind,
    name: nameOf(id),
    column: columns[kind] ?? 1,
  }));
  const drawn = parts.filter(({ id, kind }) => isDrawn(id, kind));
  const ids = new Set(drawn.map(({ id }) => id));
  const links = new Map(
    phases.flatMap((phase) =>
      (phase.parts?.links ?? [])
        .filter(({ from, to }) => ids.has(from) && ids.has(to))
        .map((link) => [`${link.from} ${link.to}`, link] as const),
    ),
  );
  return {
    parts: drawn,
    links: [...links.values()],
    idle: parts.filter(({ id }) => !ids.has(id)).map(({ name }) => name),
  };
}
