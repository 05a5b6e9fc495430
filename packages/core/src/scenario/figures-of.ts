import type { AnyExample } from './example.ts';
import { rounded } from './recorder.ts';
import type { FinishedPhase } from './run-phase.ts';

/** The figures of a phase, by the names in `metrics`; none where nothing was measured. */
export function figuresOf(example: AnyExample, { judged }: FinishedPhase): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [name, figure] of Object.entries(example.figures)) {
    const value: number | undefined = figure.of(judged);
    if (value !== undefined && Number.isFinite(value)) figures[name] = rounded(value);
  }
  return figures;
}
