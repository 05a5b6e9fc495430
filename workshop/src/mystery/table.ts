import { shellQuoted } from '@firedrill/core/command-line';
import { formatClock } from '@firedrill/core/scenario';
import type { Answer, Evidence, Truth } from '@firedrill/core/workshop';
import { wrapped } from '../wrapped.ts';
import type { Game } from './game.ts';
import { type SealedFile, unseal } from './sealed-file.ts';
import { gradeLines, truthLines } from './verdict-lines.ts';

/** A question that had an answer worth keeping. */
export interface Asked {
  readonly question: string;
  readonly minutes: number;
  readonly lines: readonly string[];
}

export interface TableOptions {
  /** As it was given on the command line. */
  readonly name: string;
  readonly game: Game;
  readonly evidence: Evidence;
  readonly hidden: Truth | SealedFile;
}

/**
 * What a group sits around, whether it asks in the terminal or on the page: the game, all that was asked, and in
 * the end how near it was. What is hidden leaves it with the end, and not before.
 */
export class Table {
  readonly name: string;
  readonly game: Game;
  readonly evidence: Evidence;
  readonly #hidden: Truth | SealedFile;
  readonly #asked: Asked[] = [];
  #said: readonly string[] | undefined;
  #version = 0;
  readonly #ended = Promise.withResolvers<void>();

  constructor({ name, game, evidence, hidden }: TableOptions) {
    this.name = name;
    this.game = game;
    this.evidence = evidence;
    this.#hidden = hidden;
  }

  /** What was paid for, the last one last. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** How near the group was; none before the end. */
  get said(): readonly string[] | undefined {
    return this.#said;
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** Whether it takes the key of a trainer to be told. */
  get isSealed(): boolean {
    return 'format' in this.#hidden;
  }

  /** Settled when it has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Answers one line, as {@link Game.ask} does, in lines of at most 80 columns. */
  async ask(line: string): Promise<readonly string[]> {
    const { lines, minutes } = await this.game.ask(line);
    if (minutes > 0) this.#asked.push({ question: line.trim(), minutes, lines });
    this.#version += 1;
    return lines;
  }

  /**
   * Ends the game, and tells how near it was.
   *
   * @param key of a sealed one; without it, it stays sealed
   * @returns undefined when the key is another one: then it goes on
   */
  async end(key = ''): Promise<readonly string[] | undefined> {
    const truth = await this.#open(key);
    if (truth === 'wrong key') return undefined;
    const { answer, remedy, minutes, asked } = this.game;
    const { startsAt } = this.evidence;
    this.#said =
      truth === 'sealed'
        ? this.#sealedLines()
        : [
            ...gradeLines(truth, startsAt, { answer, remedy, minutes, asked }),
            '',
            ...truthLines(truth, startsAt),
          ];
    this.#version += 1;
    this.#ended.resolve();
    return this.#said;
  }

  async #open(key: string): Promise<Truth | 'sealed' | 'wrong key'> {
    if (!('format' in this.#hidden)) return this.#hidden;
    if (key === '') return 'sealed';
    return (await unseal(this.#hidden, key)) ?? 'wrong key';
  }

  #sealedLines(): readonly string[] {
    const { answer, minutes } = this.game;
    const text = answer && answerText(answer, this.evidence.startsAt);
    const given = text === undefined ? '' : ` ${shellQuoted(`--answer=${text}`)}`;
    return [
      ...wrapped(
        `It stays sealed, after ${minutes} minutes. Whoever has the key says how near you were:`,
      ),
      `  pnpm workshop open ${shellQuoted(this.name)}${given}`,
    ];
  }
}

/** As it is typed behind "cause". */
export function answerText({ kind, place, fromMs, toMs }: Answer, startsAt: string): string {
  return `${kind} ${place} ${formatClock(startsAt, fromMs)}-${formatClock(startsAt, toMs)}`;
}
