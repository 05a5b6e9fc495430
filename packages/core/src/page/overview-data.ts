import type { PhaseState, RunState } from '../report/run-state.ts';

/** How a line is drawn. `color` is the name of a property of the style sheet. */
interface Look {
  readonly color: string;
  /** Of the run before. */
  readonly isGhost: boolean;
}

/** One series of one phase. `times` in virtual ms; `null` where a logarithm has no place, or nothing was measured. */
export interface Line {
  readonly title: string;
  readonly look: Look;
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Colours that are neither of a broken system nor of a repaired one. */
const further = ['--s0', '--s3', '--s5', '--s4'];

/**
 * The colour of each phase by its id, as the name of a property of the style sheet. The first system that is
 * broken and the first that is repaired have those of their role, every other one has one of its own.
 */
export function phaseColors(phases: readonly PhaseState[]): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, role } of phases) {
    const ofRole = role === 'broken' ? '--bad' : role === 'repaired' ? '--good' : '';
    const others = colors.size - taken.size;
    const isFirst = ofRole !== '' && !taken.has(ofRole);
    colors.set(id, isFirst ? ofRole : (further[others % further.length] ?? ''));
    if (isFirst) taken.add(ofRole);
  }
  return colors;
}

function lineOf(phase: PhaseState, name: string, isLog: boolean, look: Look): Line {
  const column = phase.columns.get(name) ?? [];
  return {
    title: phase.title,
    look,
    times: phase.times,
    values: column.map((value) => (Number.isNaN(value) || (isLog && value <= 0) ? null : value)),
  };
}

/** The lines of a series: one for each phase that has it, those of the run before in front as ghosts. */
export function linesOf(
  state: RunState,
  before: RunState | undefined,
  name: string,
): readonly Line[] {
  const chart = state.started?.series.find((series) => series.name === name)?.chart;
  const isLog = state.started?.charts.find(({ id }) => id === chart)?.scale === 'log';
  const draw = ({ phases }: RunState, isGhost: boolean): readonly Line[] => {
    const colors = phaseColors(phases);
    return phases.flatMap((phase) => {
      const look = { color: colors.get(phase.id) ?? '', isGhost };
      return phase.columns.has(name) ? [lineOf(phase, name, isLog, look)] : [];
    });
  };
  return [...(before === undefined ? [] : draw(before, true)), ...draw(state, false)];
}

/** A fault on the time axis, as shares of it. */
export interface Lane {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Every fault that struck in any phase, by its beginning. */
export function faultLanes({ phases }: RunState, endMs: number): readonly Lane[] {
  const known = new Map(
    phases.flatMap(({ faults, atMs }) =>
      [...faults].map(
        ([id, { fault, fromMs, toMs = atMs }]) =>
          [id, { label: fault.label, fromMs, toMs }] as const,
      ),
    ),
  );
  return [...known.values()]
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map(({ label, fromMs, toMs }) => ({
      label,
      from: fromMs / endMs,
      to: Math.min(1, toMs / endMs),
    }));
}

/** Up to when the repaired system may take over, in virtual ms; `undefined` where that was not looked for. */
export function noReturnAt({ phases }: RunState): number | undefined {
  return phases.find(({ noReturn }) => noReturn !== undefined)?.noReturn?.latestMs ?? undefined;
}
