import { createHash } from 'node:crypto';
import process from 'node:process';
import { programCommand } from '../command-line/index.ts';
import { repairedOf } from '../scenario/example.ts';
import { type FaultKind, faultKinds } from '../services/index.ts';
import { planStorms, type StormPlan, type StormResult } from '../swarm/index.ts';
import { excusedIn, type ExcusedTime, isExcusedTooMuch } from './excused.ts';
import type { LoadedExample } from './load-example.ts';
import { neverReached } from './never-reached.ts';
import { createProgress } from './progress.ts';
import { shrinkBroken } from './shrink-broken.ts';
import { sharesOverAll } from './shares-over-all.ts';
import { runOnThreads } from './storm-pool.ts';
import { swarmView, type SwarmTotals } from './swarm-view.ts';

export interface SwarmRunOptions {
  readonly example: LoadedExample;
  readonly seeds: number;
  readonly minutes?: number;
  readonly seed: number;
  readonly implementation?: string;
  readonly jobs: number;
  readonly kinds: readonly FaultKind[];
  readonly plan: StormPlan;
  readonly json: boolean;
  readonly keep: boolean;
  /** How many rules to shrink a storm for. */
  readonly shrink: number;
  readonly signal: AbortSignal;
}

/**
 * Storms on one example: runs, judges, counts what was reached, and shrinks what broke.
 *
 * @returns whether all is well: nothing broke, in one storm or over all of them, all seeds could be run, and no more
 *   was excused than may be
 */
export async function runSwarm(options: SwarmRunOptions): Promise<boolean> {
  const { example: found, seed: first, seeds, minutes, implementation, jobs, kinds } = options;
  const { json, signal, shrink: most, keep, plan } = options;
  const { example } = found;
  const name = implementation ?? repairedOf(example).name;
  const view = swarmView(found.name, name, json);
  const untilMs = minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
  const startedMs = performance.now();
  const digest = createHash('sha256');
  const reached = {
    kinds: new Set<string>(),
    operations: new Set<string>(),
    signals: new Set<string>(),
  };
  const { without = {} } = example.swarm ?? {};
  // Whoever asks for some kinds gets them.
  const leftOut = kinds.length === faultKinds.length ? without : {};
  const drawn = kinds.filter((kind) => leftOut[kind] === undefined);
  const broken: StormResult[] = [];
  const samples: StormResult['samples'][] = [];
  const excused: ExcusedTime[] = [];
  const totals = { storms: 0, failed: 0, cpuMs: 0, forgiven: 0 };
  const planned = await planStorms(example, drawn, plan, first);
  const count = planned.count ?? (minutes === undefined ? seeds : undefined);
  const progress = createProgress(found.name, count);
  let next = first;

  await runOnThreads({
    module: found.module,
    implementation,
    kinds: drawn,
    plan,
    first,
    jobs,
    signal,
    nextSeed: () => {
      const isOver = count === undefined ? performance.now() >= untilMs : next >= first + count;
      if (isOver) return undefined;
      next += 1;
      return next - 1;
    },
    onAnswer(answer) {
      if (answer.kind === 'failed') {
        progress.clear();
        totals.failed += 1;
        digest.update(JSON.stringify([answer.seed, 'failed']));
        const flags = [
          ...Object.entries(plan.settings ?? {}).map(([key, value]) => ` --set=${key}=${value}`),
          implementation === undefined ? '' : ` --implementation=${implementation}`,
        ].join('');
        const which =
          plan.kind === 'drawn'
            ? `--seed=${answer.seed} --seeds=1`
            : `--${plan.kind} --seed=${first}`;
        process.stderr.write(
          `Failed to run seed ${answer.seed} of ${found.name}: ${answer.message}\n` +
            `See it alone: ${programCommand('swarm')} ${found.name} ${which}${flags}\n`,
        );
        return;
      }
      const { result, cpuMs } = answer;
      totals.storms += 1;
      totals.cpuMs += cpuMs;
      totals.forgiven += result.forgiven.length;
      samples.push(result.samples);
      excused.push({ judgedMs: result.judgedMs, excusedMs: result.excusedMs });
      digest.update(
        JSON.stringify([result.storm, result.breakage, result.virtualMs, result.reached]),
      );
      for (const each of ['kinds', 'operations', 'signals'] as const) {
        for (const one of result.reached[each]) reached[each].add(one);
      }
      if (result.breakage !== undefined) broken.push(result);
      view.storm(result);
      progress.update({
        storms: totals.storms,
        broken: broken.length,
        signals: reached.signals.size,
        rules: new Set(broken.map(({ breakage }) => breakage?.rule)).size,
      });
    },
  });
  progress.clear();
  // A fault of a minute in six excuses more by itself.
  const isTooMuch = plan.kind === 'drawn' && isExcusedTooMuch(excused);
  const shares = sharesOverAll(samples);
  const all: SwarmTotals = {
    ...totals,
    plan: plan.kind,
    firstSeed: first,
    broken: broken.length,
    ...excusedIn(excused),
    isExcusedTooMuch: isTooMuch,
    shares,
    verdicts: digest.digest('hex').slice(0, 16),
    leftOut,
    neverReached: await neverReached(example, reached, drawn),
  };
  view.end(all, performance.now() - startedMs);
  const shrinking = { example: found, implementation, name, most, keep, signal };
  for await (const rule of shrinkBroken(broken, shrinking)) view.broken(rule, signal.aborted);
  return (
    broken.length === 0 && totals.failed === 0 && !isTooMuch && shares.every(({ holds }) => holds)
  );
}
