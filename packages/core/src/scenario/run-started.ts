import { basename } from 'node:path';
import type { AnyExample, AnyImplementation } from './example.ts';
import type { RunStarted } from './record.ts';
import { recordVersion } from './record-version.ts';
import type { RunOptions } from './run.ts';

/** The first record of a run. */
export function runStarted(
  example: AnyExample,
  scenarioTitle: string,
  options: RunOptions,
  phases: readonly AnyImplementation[],
  durationMs: number,
): RunStarted {
  const { implementation, trace, transport = 'in-process', faults = [], commit } = options;
  return {
    type: 'run.started',
    v: recordVersion,
    example: example.name,
    title: example.title,
    scenario: options.scenario,
    scenarioTitle,
    seed: options.seed,
    startsAt: example.startsAt,
    durationMs,
    options: {
      ...options.settings,
      transport,
      ...(implementation !== undefined && { implementation }),
      ...(trace !== undefined && { trace: basename(trace.file) }),
      ...(faults.length > 0 && { faults: faults.map(({ id }) => id ?? '').join(' ') }),
    },
    phases: phases.map(({ name, title, flaw }) => ({ id: name, title, flaw })),
    charts: [...example.charts],
    series: [...example.series],
    metrics: [...example.metrics],
    ...(commit !== undefined && { commit }),
  };
}

/**
 * The implementation of that name.
 *
 * @throws RangeError when the example has none.
 */
export function findImplementation(example: AnyExample, name: string): AnyImplementation {
  const found = example.implementations.find((implementation) => implementation.name === name);
  if (found !== undefined) return found;
  const names = example.implementations.map((implementation) => implementation.name).join(', ');
  throw new RangeError(`Failed to find the implementation "${name}". Use one of ${names}.`);
}
