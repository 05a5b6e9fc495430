import process from 'node:process';
import {
  count,
  exitCodes,
  newCommand,
  programCommand,
  runTool,
  valueOption,
} from '../command-line/index.ts';
import { findExamples } from '../swarm-cli/find-examples.ts';
import { pageAssets } from './page-assets.ts';
import { findPagePeers } from './page-peers.ts';
import { startOnPort } from './start-on-port.ts';

const lastPort = 65_535;

const newPageCommand = () =>
  newCommand(
    programCommand('page'),
    'Serves the page on this machine alone: every example runs in the browser, can be broken there, ' +
      'and shows saved records (--report=run.ndjson) that are dropped on it. Ctrl-C stops it.',
  ).addOption(
    valueOption(
      '--port <n>',
      '0 takes any that is free (default: 8788)',
      count(0, lastPort, '8788'),
    ),
  );

/** The whole of `pnpm page`, for the examples of a folder. Sets the exit code. */
export async function pageTool(root: string): Promise<void> {
  await runTool(newPageCommand(), { defaults: { port: 8_788 } }, async ({ port }) => {
    // What a page needs is missed here, and not by who opens it.
    await findPagePeers();
    const examples = findExamples(root).map(({ name, module }) => [name, module] as const);
    const find = pageAssets(new Map(examples));
    const server = await startOnPort(find, { port });
    // Whoever opens the page does not wait for its bundle. An error is told when it is asked for.
    find('/page/stdin.js').catch(() => undefined);
    process.stdout.write(`The page is at ${server.url}\nCtrl-C stops it.\n`);
    const signal = await new Promise<NodeJS.Signals>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.stop();
    return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.asExpected;
  });
}
