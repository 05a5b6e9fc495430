import { type AnyExample, type AnyTypes, findImplementation } from './example.ts';
import { figuresOf } from './figures-of.ts';
import { formatValue } from './format.ts';
import type { Figure } from './figure.ts';
import type { Comparison, RunRecord } from './record.ts';
import type { RunOptions } from './run.ts';
import type { StormPhase } from './run-storm.ts';
import type { StormScenario } from './scenario.ts';
import { readyStorm } from './storm-run.ts';

/** Differences below this share of the larger figure are none. */
const sameShare = 0.01;

/** Most changes that the text names in each direction. */
const mostNamed = 4;

/**
 * Compares a changed run (settings, faults, another implementation) with the default run of the same
 * scenario and seed: what got better, what got worse. Nothing is written when nothing was changed.
 */
export async function compareRuns(
  example: AnyExample,
  scenario: StormScenario<AnyTypes>,
  phases: readonly StormPhase[],
  options: RunOptions,
  write: (record: RunRecord) => void,
): Promise<void> {
  const defaults: object = example.settings.parse({});
  const hasChangedStorm =
    JSON.stringify(options.settings) !== JSON.stringify(defaults) ||
    (options.faults ?? []).length > 0 ||
    options.trace !== undefined ||
    options.load !== undefined ||
    options.isCalm === true;
  const decisive = scenario.cast.find(({ role }) => role === (scenario.about ?? role));
  if (decisive === undefined) return;
  const { about } = scenario;
  const compared = phases.filter(
    ({ implementation, role }) =>
      (about === undefined || role === about) &&
      (hasChangedStorm || implementation.name !== decisive.implementation),
  );
  if (
    compared.length === 0 ||
    (phases.length === scenario.cast.length &&
      scenario.cast.length > 2 &&
      !hasChangedStorm &&
      options.implementations === undefined)
  )
    return;
  const { faults: _faults, trace: _trace, load: _load, isCalm: _isCalm, ...rest } = options;
  const storm = await readyStorm(example, scenario.storm, { ...rest, settings: defaults });
  const usual = findImplementation(example, decisive.implementation);
  const phase = await storm.run(usual, undefined, { isTrial: true });
  const before = figuresOf(example, phase);
  for (const { implementation, figures } of compared) {
    const rows = Object.entries(example.figures as Record<string, Figure<AnyTypes>>).flatMap(
      ([name, figure]) => rowOf(name, figure, before[name], figures[name]),
    );
    const against = `the default run (${usual.name})`;
    write({
      type: 'comparison',
      phase: implementation.name,
      against,
      rows,
      text: textOf(rows, against),
    });
  }
}

function rowOf(
  name: string,
  { label, unit, better }: Figure<AnyTypes>,
  before: number | undefined,
  after: number | undefined,
): Comparison['rows'] {
  if (before === undefined && after === undefined) return [];
  const row = { name, label, unit, before: before ?? null, after: after ?? null };
  if (before === undefined || after === undefined) return [{ ...row, change: 'other' }];
  const size = Math.max(Math.abs(before), Math.abs(after));
  if (Math.abs(after - before) <= size * sameShare) return [{ ...row, change: 'same' }];
  if (better === 'neither') return [{ ...row, change: 'other' }];
  const isBetter = better === 'lower' ? after < before : after > before;
  return [{ ...row, change: isBetter ? 'better' : 'worse' }];
}

function textOf(rows: Comparison['rows'], against: string): string {
  const named = (change: 'better' | 'worse'): string => {
    const some = rows.filter((row) => row.change === change);
    if (some.length === 0) return `nothing is ${change}`;
    const shown = some
      .toSorted((a, b) => weight(b) - weight(a))
      .slice(0, mostNamed)
      .map(
        ({ label, unit, before, after }) =>
          `${label} ${formatValue(after, unit)} instead of ${formatValue(before, unit)}`,
      );
    const more = some.length > mostNamed ? `, and ${some.length - mostNamed} more` : '';
    return `${change}: ${shown.join(', ')}${more}`;
  };
  return `Beside ${against}: ${named('better')}; ${named('worse')}.`;
}

/** How much a figure has changed, of the larger one. */
function weight({ before, after }: Comparison['rows'][number]): number {
  const [from, to] = [before ?? 0, after ?? 0];
  const size = Math.max(Math.abs(from), Math.abs(to));
  return size === 0 ? 0 : Math.abs(to - from) / size;
}
