import { mkdirSync, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes } from '@firedrill/core/command-line';
import { startOnPort } from '@firedrill/core/page';
import { createBaselines } from './baselines.ts';
import { type Flags, nextPlace, show, showProgress, unseenSeeds, write } from './commands.ts';
import { allPlaces, idOf, incidentNames, ownFile, type Place, root } from './incidents.ts';
import { judgeFile } from './judge-file.ts';
import { createReporter } from './class/reporter.ts';
import { openInBrowser } from './open-in-browser.ts';
import { isSkeleton, makeOwnFile } from './own-files.ts';
import { workshopAssets } from './page/assets.ts';
import { createBoard } from './page/board.ts';
import { openProgress } from './progress.ts';
import { Stages } from './stage.ts';

/** An editor writes a file in several steps: what comes within this time is one save, in ms. */
const saveLastsMs = 60;

const allPassed =
  'You are done: every exercise is passed. What to read next stands in pnpm workshop list.';

/** Judges a file each time that it is saved, in the terminal and on the page, until Ctrl-C. */
export async function watch(flags: Flags): Promise<number> {
  const reporter = createReporter(flags, write);
  const progress = openProgress();
  const stages = new Stages();
  const baselines = createBaselines(stages);
  const board = createBoard();
  const first = nextPlace(progress) ?? allPlaces()[0];
  if (first === undefined) return exitCodes.asExpected;
  const server = await startOnPort(workshopAssets(board), flags.port);
  write(`The page is at ${server.url}`);
  openInBrowser(server.url);

  let stop = new AbortController();
  async function judge(place: Place): Promise<void> {
    stop.abort();
    const own = new AbortController();
    stop = own;
    await board.open(place);
    const judgement = await judgeFile(place, {
      file: ownFile(place),
      stages,
      seed: 1,
      unseen: unseenSeeds(flags),
      checksTypes: true,
      progress,
      signal: own.signal,
      onChange(now) {
        showProgress(now);
        board.show(now);
      },
    });
    if (own.signal.aborted) return;
    await show(judgement);
    void reporter?.report(place, judgement.isPassed ? 'passed' : 'not yet');
    const next = judgement.isPassed ? nextPlace(progress) : place;
    if (!judgement.isPassed) write(`\nChange ${ownFile(place)} and save it. Ctrl-C ends.`);
    else if (next === undefined) write(`\n${allPassed}`);
    else begin(next);
    const beside = await baselines.of(place);
    if (own.signal.aborted) return;
    board.compare(place, beside);
    // Last: the systems beside it would have taken the thread that waits for the next save.
    stages.prepare((next ?? place).incident);
  }

  const pending = new Map<string, NodeJS.Timeout>();
  /** Files that were made here, and not by whoever saves. */
  const made = new Set<string>();
  function begin(place: Place): void {
    if (makeOwnFile(place)) made.add(idOf(place));
    write(`\nNext: ${idOf(place)}. Open ${ownFile(place)}, change it, and save it.`);
  }

  const watchers = incidentNames.map((incident) => {
    const folder = join(root, incident);
    mkdirSync(folder, { recursive: true });
    return watchFolder(folder, (_event, name) => {
      const place = allPlaces().find(
        (each) => each.incident === incident && `${each.exercise}.ts` === name,
      );
      if (place === undefined) return;
      clearTimeout(pending.get(idOf(place)));
      pending.set(
        idOf(place),
        setTimeout(() => {
          if (made.delete(idOf(place)) && isSkeleton(place)) return;
          void judge(place).catch(complain);
        }, saveLastsMs),
      );
    });
  });
  makeOwnFile(first);
  // What was made just now is no save.
  await sleep(2 * saveLastsMs);
  for (const timer of pending.values()) clearTimeout(timer);
  void reporter?.report(first, 'begun');
  void judge(first).catch(complain);

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  stop.abort();
  for (const watcher of watchers) watcher.close();
  await stages.close();
  await server.stop();
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
}

function complain(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The file could not be judged: ${text}\n`);
}
