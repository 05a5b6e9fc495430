import process from 'node:process';
import { exitCodes, type ExitCode, runTool } from '../../command-line/index.ts';
import { embeddedPart } from './embedded-part.ts';
import {
  crashTestDefaults,
  type CrashTestOptions,
  declareCrashTest,
  type PartName,
  partNames,
  serverOf,
} from './options.ts';
import { type CrashTestPart, PartUnavailableError } from './part.ts';
import { postgresPart } from './postgres-part.ts';

await runTool(declareCrashTest(), { defaults: crashTestDefaults() }, run);

async function run(options: CrashTestOptions): Promise<ExitCode> {
  const { seed, seconds, only } = options;
  const server = serverOf(options, process.env);
  const controller = new AbortController();
  const onSignal = (): void => controller.abort(new Error('interrupted'));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const parts: Readonly<Record<PartName, CrashTestPart>> = {
    postgres: postgresPart(server),
    embedded: embeddedPart,
  };
  process.stdout.write(`crash test, seed ${seed}\n`);
  let addsUp = true;
  for (const name of partNames) {
    if (only !== undefined && only !== name) continue;
    const { signal } = controller;
    try {
      const { lines, failures } = await parts[name]({
        seed,
        seconds,
        signal,
        progress: progressFor(name),
      });
      clearProgress();
      process.stdout.write(`${[name, ...lines.map((line) => `  ${line}`)].join('\n')}\n`);
      for (const failure of failures) process.stdout.write(`  DOES NOT ADD UP: ${failure}\n`);
      addsUp &&= failures.length === 0;
    } catch (error) {
      clearProgress();
      if (signal.aborted) {
        process.stderr.write('Interrupted: children and database are removed.\n');
        return exitCodes.interrupted;
      }
      if (!(error instanceof PartUnavailableError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return exitCodes.usage;
    }
  }
  process.stdout.write(addsUp ? 'everything adds up\n' : 'it does not add up\n');
  return addsUp ? exitCodes.asExpected : exitCodes.checkFailed;
}

/** On a terminal one line that changes, in a pipe a line for each word. */
function progressFor(name: string): (line: string) => void {
  return (line) => {
    process.stderr.write(
      process.stderr.isTTY ? `\r\u001B[K${name}: ${line}` : `${name}: ${line}\n`,
    );
  };
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
}
