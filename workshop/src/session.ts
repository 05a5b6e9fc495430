import { mkdirSync, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { entryFile, startOnPort } from '@firedrill/core/page';
import { besideShips, createBaselines } from './baselines.ts';
import { type Flags, show, showProgress, unseenSeeds, write } from './commands.ts';
import { allPlaces, idOf, incidentNames, ownFile, type Place } from './incidents.ts';
import { judgeFile } from './judge-file.ts';
import { createReporter } from './class/reporter.ts';
import { isSkeleton, makeOwnFile, resetOwnFile } from './own-files.ts';
import { OwnTexts } from './own-texts.ts';
import { workshopAssets } from './page/assets.ts';
import { createBoard } from './page/board.ts';
import { createEditorDoor } from './page/editor-door.ts';
import { nextPlace, type ProgressFile } from './progress.ts';
import { Stages } from './stage.ts';

export interface SessionOptions {
  readonly flags: Flags;
  /** In which the folders of the incidents stand, with the learner's files. */
  readonly folder: string;
  readonly progress: ProgressFile;
}

/** Files are judged as they are saved, and the page shows it. */
export interface Session {
  /** Of the page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** An editor writes a file in several steps: what comes within this time is one save, in ms. */
const saveLastsMs = 60;

const allPassed =
  'You are done: every exercise is passed. What to read next stands in pnpm workshop list.';

/**
 * Judges a file each time that it is saved, in the terminal and on the page, and begins with the exercise
 * that is next.
 *
 * @throws UsageError when the port is taken, or what a class needs is missing
 */
export async function startSession({ flags, folder, progress }: SessionOptions): Promise<Session> {
  const reporter = createReporter(flags, write);
  const stages = new Stages();
  const baselines = createBaselines(stages);
  const fileOf = (place: Place): string => ownFile(place, folder);
  const board = createBoard({ fileOf, progress });
  const first = nextPlace(progress) ?? allPlaces()[0];
  if (first === undefined) throw new Error('Failed to begin: there is no exercise.');

  let current = first;
  let stop = new AbortController();
  async function judge(place: Place): Promise<void> {
    stop.abort();
    const own = new AbortController();
    stop = own;
    current = place;
    await board.open(place);
    if (own.signal.aborted) return;
    const judgement = await judgeFile(place, {
      file: fileOf(place),
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
    if (!judgement.isPassed) write(`\nChange ${fileOf(place)} and save it. Ctrl-C ends.`);
    else if (next === undefined) write(`\n${allPassed}`);
    else begin(next);
    for (const ship of besideShips) {
      // oxlint-disable-next-line no-await-in-loop -- each takes a core, and the first is shown while the second runs
      const beside = await baselines.of(place, ship, own.signal);
      if (own.signal.aborted) return;
      board.compare(place, ship, beside);
    }
    // Last: the systems beside it would have taken the thread that waits for the next save.
    stages.prepare((next ?? place).incident);
  }

  const pending = new Map<string, NodeJS.Timeout>();
  /** Files that were made here, and not by whoever saves. */
  const made = new Set<string>();
  function make(place: Place): void {
    if (makeOwnFile(place, fileOf(place))) made.add(idOf(place));
  }
  function begin(place: Place): void {
    make(place);
    write(`\nNext: ${idOf(place)}. Open ${fileOf(place)}, change it, and save it.`);
  }

  const take = createEditorDoor({
    texts: new OwnTexts(folder),
    turnTo(place) {
      make(place);
      if (idOf(place) !== idOf(current)) void judge(place).catch(complain);
    },
    reset: (place) => resetOwnFile(place, fileOf(place)),
  });
  const find = workshopAssets(board);
  const server = await startOnPort(find, { port: flags.port, take });
  // Whoever opens the page does not wait for its bundle. An error is told when it is asked for.
  find(`/client/${entryFile}`).catch(() => undefined);
  write(`The page is at ${server.url}`);

  const watchers = incidentNames.map((incident) => {
    mkdirSync(join(folder, incident), { recursive: true });
    return watchFolder(join(folder, incident), (_event, name) => {
      const place = allPlaces().find(
        (each) => each.incident === incident && `${each.exercise}.ts` === name,
      );
      if (place === undefined) return;
      clearTimeout(pending.get(idOf(place)));
      pending.set(
        idOf(place),
        setTimeout(() => {
          if (made.delete(idOf(place)) && isSkeleton(place, fileOf(place))) return;
          void judge(place).catch(complain);
        }, saveLastsMs),
      );
    });
  });
  const forgetSaves = (): void => {
    for (const timer of pending.values()) clearTimeout(timer);
  };
  makeOwnFile(first, fileOf(first));
  // What was made just now is no save.
  await sleep(2 * saveLastsMs);
  forgetSaves();
  void reporter?.report(first, 'begun');
  void judge(first).catch(complain);

  return {
    url: server.url,
    async stop() {
      stop.abort();
      for (const watcher of watchers) watcher.close();
      forgetSaves();
      await stages.close();
      await server.stop();
    },
  };
}

function complain(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The file could not be judged: ${text}\n`);
}
