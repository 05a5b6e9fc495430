import { formatValue } from '../scenario/format.ts';
import type { RunState } from '../report/run-state.ts';

/** What changed in the figures and outcomes of the phases that two runs have in common, in sentences. */
export function differences(before: RunState, after: RunState): readonly string[] {
  return after.phases.flatMap((phase) => {
    const old = before.phases.find(({ id }) => id === phase.id);
    if (old === undefined) return [];
    const outcome =
      old.verdict?.outcome === phase.verdict?.outcome || phase.verdict === undefined
        ? []
        : [
            `${phase.title}: ${phase.verdict.outcome}, and was ${old.verdict?.outcome ?? 'unknown'}`,
          ];
    const figures = (after.started?.metrics ?? []).flatMap(({ name, label, unit }) => {
      const [was, is] = [old.summary?.[name], phase.summary?.[name]];
      if (was === is || is === undefined) return [];
      return [
        `${phase.title}: ${label} ${formatValue(is, unit)}, and was ${formatValue(was, unit)}`,
      ];
    });
    return [...outcome, ...figures];
  });
}
