import type { ProjectionRunner } from '@firedrill/core/event-store';
import type { RecipeContext } from '../recipe.ts';
import { pause } from '../until.ts';

/** Often enough to see it work, and seldom enough to read. */
const everyMs = 500;

/** Events that a runner has applied since it was started. */
export const appliedBy = (runner: ProjectionRunner): number =>
  runner.metrics().reduce((sum, { applied }) => sum + applied, 0);

/** Says what a runner has applied whenever that is more than before, until the recipe ends. */
export function watchApplied(
  { out, onEnd }: Pick<RecipeContext<unknown>, 'out' | 'onEnd'>,
  runner: ProjectionRunner,
): void {
  const ended = new AbortController();
  let before = 0;
  function look(): void {
    const applied = appliedBy(runner);
    if (applied === before) return;
    const lag = Math.max(0, ...runner.metrics().map((metrics) => metrics.lag));
    const left = lag === 0 ? 'caught up' : `${lag} positions behind`;
    out.line(`+ ${applied - before} events applied here, ${applied} in all; ${left}`);
    before = applied;
  }
  async function watch(): Promise<void> {
    while (!ended.signal.aborted) {
      await pause(everyMs, ended.signal);
      look();
    }
  }
  const watching = watch();
  onEnd(() => {
    ended.abort();
    return watching;
  });
}
