import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { escaped, exitCodes } from '@firedrill/core/command-line';
import { startOnPort } from '@firedrill/core/page';
import { openInBrowser } from '../open-in-browser.ts';
import { helpLines } from './evidence-lines.ts';
import { Game } from './game.ts';
import { openNumber } from './open-number.ts';
import { mysteryAssets } from './page/assets.ts';
import { mysteryDoor } from './page/door.ts';
import { readKey } from './read-key.ts';
import { readSealed, wrongKey } from './sealed-file.ts';
import { Table } from './table.ts';
import { write, writeSafely } from './write-safely.ts';

export interface PlayFlags {
  readonly mystery?: string;
  readonly keyFile?: string;
  /** Of the page. */
  readonly port: number;
}

interface Opened {
  readonly table: Table;
  close(): Promise<void>;
}

/** The page asks for what is new more often than that: it has the end when the process goes, in ms. */
const lastLookMs = 1_000;

/**
 * Plays a mystery: questions come line by line, from a keyboard or a file. Whoever sits at a terminal has a page
 * beside it, where the same can be asked.
 */
export async function playMystery(mystery: string, flags: PlayFlags): Promise<number> {
  const opened = await open(mystery);
  const { table } = opened;
  const isTyped = process.stdin.isTTY;
  const server = isTyped
    ? await startOnPort(mysteryAssets(table), { port: flags.port, take: mysteryDoor(table) })
    : undefined;
  try {
    if (server !== undefined) {
      write([`The page is at ${server.url}`]);
      openInBrowser(server.url);
    }
    const code = await play(table, flags);
    if (server !== undefined) await sleep(lastLookMs);
    return code;
  } finally {
    await server?.stop();
    await opened.close();
  }
}

async function play(table: Table, { keyFile }: PlayFlags): Promise<number> {
  const { game } = table;
  write([styleText('bold', `Mystery ${escaped(table.name)}`), '']);
  writeSafely(game.opening());
  write(['', ...helpLines(), '']);
  const { stdin, stdout } = process;
  const isTyped = stdin.isTTY;
  const reader = createInterface({ input: stdin, output: stdout, terminal: isTyped });
  let wasInterrupted = false;
  reader.on('SIGINT', () => {
    wasInterrupted = true;
    reader.close();
  });
  void table.ended.then(() => reader.close());
  const prompt = (): void => {
    reader.setPrompt(`${game.minutes} min > `);
    if (isTyped) reader.prompt();
  };
  prompt();
  for await (const line of reader) {
    if (!isTyped && line.trim() !== '') write([`${game.minutes} min > ${escaped(line)}`]);
    if (line.trim() === 'done') break;
    if (line.trim() !== '') writeSafely(await table.ask(line));
    prompt();
  }
  reader.close();
  if (wasInterrupted) return exitCodes.interrupted;
  if (table.said !== undefined) {
    write(['', 'It was ended on the page.']);
    writeSafely(table.said);
    return exitCodes.asExpected;
  }
  if (game.answer === undefined && game.remedy === undefined && !isTyped) {
    write(['', 'It ended without an answer: nothing is told.']);
    return exitCodes.asExpected;
  }
  return conclude(table, keyFile);
}

async function open(mystery: string): Promise<Opened> {
  if (/^\d{1,15}$/.test(mystery)) {
    const opened = await openNumber(Number(mystery), (attempt) => {
      if (process.stdout.isTTY)
        process.stdout.write(`\r\u001B[2KA storm is drawn and proven: draft ${attempt} ...`);
    });
    if (process.stdout.isTTY) process.stdout.write('\r\u001B[2K');
    const { evidence, truth: hidden } = opened;
    const game = new Game(evidence, (...remedy) => opened.tryRemedy(...remedy));
    return {
      table: new Table({ name: mystery, game, evidence, hidden }),
      close: () => opened.close(),
    };
  }
  const hidden = readSealed(mystery, `--mystery=${mystery}`);
  const { evidence } = hidden;
  const game = new Game(evidence, (implementation, settings) => {
    if (Object.keys(settings).length > 0) {
      throw new RangeError(
        'A sealed mystery has no storm to run again: try implementations as they are.',
      );
    }
    const tried =
      implementation === evidence.implementation ? evidence.own : evidence.others[implementation];
    const broken = tried?.broken ?? [];
    return Promise.resolve(
      evidence.signs.flatMap((sign) => (broken.includes(sign.name) ? [sign.name] : [])),
    );
  });
  return {
    table: new Table({ name: mystery, game, evidence, hidden }),
    close: () => Promise.resolve(),
  };
}

async function conclude(table: Table, keyFile: string | undefined): Promise<number> {
  const key = table.isSealed ? await readKey(keyFile, 'Key of the trainer (empty: later): ') : '';
  const said = await table.end(key);
  if (said !== undefined) {
    writeSafely(said);
    return exitCodes.asExpected;
  }
  write([wrongKey]);
  writeSafely((await table.end()) ?? []);
  return exitCodes.checkFailed;
}
