import process from 'node:process';
import {
  count,
  exitCodes,
  newCommand,
  runTool,
  seed,
  valueOption,
} from '../../src/command-line/index.ts';
import { raceForDirectory } from '../../src/event-store/pglite/lock-race/race.ts';
import { createRandom } from '../../src/simulation/index.ts';
import { progressOf } from '../progress.ts';

const command = newCommand(
  'pnpm --filter @firedrill/core bench:directory-lock',
  'Kills a process that has an embedded database open, lets others race for it, and counts holders.',
)
  .addOption(
    valueOption('--racers <n,…>', 'processes that race, one row each (default: 3,8)', racersOf),
  )
  .addOption(valueOption('--trials <n>', 'of each row (default: 200)', count(1, 100_000, '200')))
  .addOption(valueOption('--seed <n>', 'of when each of them begins (default: 1)', seed))
  .addHelpText('after', '\nExit code 0: never two holders at once. 1: two, in some trial.');

const mostRacers = 64;

function racersOf(option: string, text: string): readonly number[] {
  return text.split(',').map((each) => count(2, mostRacers, '3,8')(option, each));
}

const defaults = { racers: [3, 8], trials: 200, seed: 1 };

await runTool(command, { defaults }, async (flags) => {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let isSafe = true;
  for (const racers of flags.racers) {
    const onProgress = progressOf(`${racers} racers`);
    const { none, one, several } = await raceForDirectory({
      racers,
      trials: flags.trials,
      random: createRandom(flags.seed, 'race', String(racers)),
      signal: stop.signal,
      onTrial: (done) => onProgress(done, flags.trials),
    });
    isSafe &&= several === 0;
    process.stdout.write(
      `${racers} racers, ${none + one + several} trials: one holder ${one}, none ${none}, several ${several}\n`,
    );
    if (stop.signal.aborted) return exitCodes.interrupted;
  }
  return isSafe ? exitCodes.asExpected : exitCodes.checkFailed;
});
