import { type AnyExample, implementationsOf } from '../scenario/example.ts';
import type { RunOptions } from '../scenario/run.ts';
import { type ScenarioName, scenarioNames } from '../scenario/scenario.ts';
import { oneOf, UsageError } from '../command-line/portable.ts';
import type { CommandOptions } from './options.ts';
import { readFaults } from './read-faults.ts';
import { readLoad } from './read-load.ts';
import { nextCommand, replayCommand } from './replay.ts';
import { parseSettings } from './settings.ts';

/** Everything of a run's options that the command line decides. */
export type Plan = Omit<RunOptions, 'pace' | 'signal'>;

/** What decides a run: the flags that a view has no say in. */
export type RunFlags = Pick<
  CommandOptions,
  | 'scenario'
  | 'seed'
  | 'implementation'
  | 'set'
  | 'fault'
  | 'calm'
  | 'load'
  | 'trace'
  | 'transport'
  | 'why'
  | 'proof'
>;

/** What a plan needs of the machine. */
export interface PlanSources {
  readonly commit?: string | undefined;
  /** Reads the file of `--trace`; undefined where there is none. */
  readonly readTrace: (settings: object) => Promise<RunOptions['trace']>;
}

/**
 * Resolves the flags that only the example can judge. Names nothing of Node.
 *
 * @throws UsageError for an unknown implementation or setting, a bad value, a proof of no cause;
 *   InputError for a bad fault or trace
 */
export async function planRun(
  example: AnyExample,
  name: string,
  options: RunFlags,
  { commit, readTrace }: PlanSources,
): Promise<Plan> {
  const { scenario, seed, transport } = options;
  const known = implementationsOf(example).map((one) => one.name);
  const implementations = options.implementation?.map((one) => oneOf(known)('implementation', one));
  if (options.why) refuseWithoutCause(example, scenario);
  const { settings, changed } = parseSettings(example.settings, options.set);
  const load = readLoad(options.load);
  const trace = await readTrace(settings);
  return {
    scenario,
    seed,
    settings,
    implementations,
    faults: await readFaults(example, scenario, {
      specs: options.fault,
      settings,
      trace,
      load,
      isCalm: options.calm,
      seed,
    }),
    trace,
    load,
    isCalm: options.calm,
    transport,
    proof: options.why ? 'every' : options.proof ? 'named' : 'none',
    commit,
    replay: replayCommand(name, options, changed),
    next: nextCommand(name, example.scenarios[scenario].next, seed),
  };
}

function refuseWithoutCause({ scenarios }: AnyExample, name: ScenarioName): void {
  const hasCause = (scenario: ScenarioName): boolean => {
    const found = scenarios[scenario];
    return found.kind === 'storm' && found.cause !== undefined;
  };
  if (hasCause(name)) return;
  const others = scenarioNames.filter(hasCause);
  throw new UsageError({
    given: '--why',
    cause: `the scenario ${name} names no cause that could be proven`,
    remedy:
      others.length === 0
        ? 'No scenario of this example does: leave it out.'
        : `Use it with ${others.map((other) => `--scenario=${other}`).join(' or ')}.`,
  });
}
