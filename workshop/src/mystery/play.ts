import process from 'node:process';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import { callerPath, escaped, exitCodes, shellQuoted } from '@firedrill/core/command-line';
import { formatClock } from '@firedrill/core/scenario';
import { type Answer, type Truth } from '@firedrill/core/workshop';
import { wrapped } from '../wrapped.ts';
import { helpLines } from './evidence-lines.ts';
import { Game } from './game.ts';
import { openNumber } from './open-number.ts';
import { readKey } from './read-key.ts';
import { readSealed, type SealedFile, unseal, wrongKey } from './sealed-file.ts';
import { gradeLines, truthLines } from './verdict-lines.ts';
import { write, writeSafely } from './write-safely.ts';

export interface PlayFlags {
  readonly mystery?: string;
  readonly keyFile?: string;
}

/** A game, and what was hidden of it; of a sealed file not before somebody gives the key. */
interface Table {
  readonly game: Game;
  readonly startsAt: string;
  readonly name: string;
  readonly truth: Truth | SealedFile;
}

/** Plays a mystery in the terminal: questions come line by line, from a keyboard or a file. */
export async function playMystery(mystery: string, flags: PlayFlags): Promise<number> {
  const { game, startsAt, name, truth } = await open(mystery);
  write([styleText('bold', `Mystery ${escaped(name)}`), '']);
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
  const prompt = (): void => {
    reader.setPrompt(`${game.minutes} min > `);
    if (isTyped) reader.prompt();
  };
  prompt();
  for await (const line of reader) {
    if (!isTyped && line.trim() !== '') write([`${game.minutes} min > ${escaped(line)}`]);
    if (line.trim() === 'done') break;
    if (line.trim() !== '') writeSafely((await game.ask(line)).lines);
    prompt();
  }
  reader.close();
  if (wasInterrupted) return exitCodes.interrupted;
  if (game.answer === undefined && game.remedy === undefined && !isTyped) {
    write(['', 'It ended without an answer: nothing is told.']);
    return exitCodes.asExpected;
  }
  return conclude({ game, startsAt, name, truth }, mystery, flags);
}

async function open(mystery: string): Promise<Table> {
  if (/^\d{1,15}$/.test(mystery)) {
    const { game, evidence, truth } = await openNumber(Number(mystery), (attempt) => {
      if (process.stdout.isTTY)
        process.stdout.write(`\r\u001B[2KA storm is drawn and proven: draft ${attempt} ...`);
    });
    if (process.stdout.isTTY) process.stdout.write('\r\u001B[2K');
    return { game, startsAt: evidence.startsAt, name: mystery, truth };
  }
  const file = readSealed(callerPath(mystery), `--mystery=${mystery}`);
  const { evidence } = file;
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
  return { game, startsAt: evidence.startsAt, name: mystery, truth: file };
}

async function conclude(
  { game, startsAt, truth: hidden }: Table,
  mystery: string,
  { keyFile }: PlayFlags,
): Promise<number> {
  const { answer, remedy, minutes, asked } = game;
  const attempt = { answer, remedy, minutes, asked };
  if (!('format' in hidden)) {
    writeSafely([...gradeLines(hidden, startsAt, attempt), '', ...truthLines(hidden, startsAt)]);
    return exitCodes.asExpected;
  }
  const key = await readKey(keyFile, 'Key of the trainer (empty: later): ');
  const truth = key === '' ? undefined : await unseal(hidden, key);
  if (truth === undefined) {
    const text = answer && answerText(answer, startsAt);
    write([
      ...(key === '' ? [] : [wrongKey]),
      ...wrapped(
        `It stays sealed, after ${minutes} minutes. Whoever has the key says how near you were:`,
      ),
      `  pnpm workshop open ${shellQuoted(mystery)}${text === undefined ? '' : ` ${shellQuoted(`--answer=${text}`)}`}`,
    ]);
    return key === '' ? exitCodes.asExpected : exitCodes.checkFailed;
  }
  writeSafely([...gradeLines(truth, startsAt, attempt), '', ...truthLines(truth, startsAt)]);
  return exitCodes.asExpected;
}

/** As it is typed behind "cause". */
export function answerText({ kind, place, fromMs, toMs }: Answer, startsAt: string): string {
  return `${kind} ${place} ${formatClock(startsAt, fromMs)}-${formatClock(startsAt, toMs)}`;
}
