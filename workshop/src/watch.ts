import process from 'node:process';
import { exitCodes } from '@firedrill/core/command-line';
import type { Flags } from './commands.ts';
import { root } from './incidents.ts';
import { openInBrowser } from './open-in-browser.ts';
import { openProgress } from './progress.ts';
import { startSession } from './session.ts';

/** Judges files as they are saved, until Ctrl-C. */
export async function watch(flags: Flags): Promise<number> {
  const session = await startSession({ flags, folder: root, progress: openProgress() });
  openInBrowser(session.url);
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await session.stop();
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
}
