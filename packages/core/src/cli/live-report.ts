import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../command-line/index.ts';
import { MissingPeerError } from '../peers/index.ts';

/**
 * The worker for `--report-live`, made before the run: what cannot go into a browser is better said then.
 *
 * @param file as typed
 * @param program path of the program of the example
 * @throws UsageError when there is no `example.ts` beside the program, or it imports something that a
 *   browser does not have; MissingPeerError without esbuild
 */
export async function workerForReport(file: string, program: string): Promise<string> {
  const given = `--report-live=${file}`;
  const remedy = 'Use --report, which needs no browser to run it.';
  const folder = dirname(program);
  const module = ['example.ts', 'example.js']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  if (module === undefined) {
    throw new UsageError({ given, cause: `there is no example.ts in ${folder}`, remedy });
  }
  const { enclosedWorker } = await import('../page/enclosed-worker.ts');
  try {
    return await enclosedWorker(module);
  } catch (cause) {
    if (cause instanceof MissingPeerError) throw cause;
    const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    const line = lines.find((text) => !text.startsWith('Build failed')) ?? '';
    throw new UsageError(
      { given, cause: `the example cannot go into a browser (${line.trim()})`, remedy },
      { cause },
    );
  }
}
