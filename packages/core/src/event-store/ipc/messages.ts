import type { SqlRow, Statement } from '../sql/sql-database.ts';
import type { WireError } from './wire-error.ts';

/** One end of the IPC channel of a child process: `process` in the child, its `ChildProcess` in the parent. */
export interface Channel {
  readonly connected?: boolean;
  send?(message: object, callback?: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'disconnect', listener: () => void): unknown;
}

/** Marks our messages on a channel that the program uses for its own as well. */
const mark = 'firedrill.sql';

/** What a child asks for. `tx` is the id of the request that began the transaction. */
export type Request =
  | { readonly op: 'hello'; readonly probe: Date }
  | {
      readonly op: 'run';
      /** Prepared under its name, or, without one, run as it is. */
      readonly statement: Statement | string;
      readonly params: readonly unknown[];
      readonly tx?: number;
    }
  | { readonly op: 'begin' }
  | { readonly op: 'commit' | 'rollback'; readonly tx: number };

/** What the parent knows and the child needs for its store. */
export interface Welcome {
  readonly bucketCount: number;
}

export type Outcome =
  | { readonly ok: true; readonly rows?: readonly SqlRow[]; readonly welcome?: Welcome }
  | { readonly ok: false; readonly error: WireError };

export type Answer = Extract<Outcome, { readonly ok: true }>;

/** Sends a request and gives its answer; rejects with what the parent met. */
export type Ask = (request: Request) => Promise<Answer>;

export interface RequestMessage {
  readonly mark: typeof mark;
  readonly id: number;
  readonly request: Request;
}

export interface ReplyMessage {
  readonly mark: typeof mark;
  readonly id: number;
  readonly outcome: Outcome;
}

export function requestMessage(id: number, request: Request): RequestMessage {
  return { mark, id, request };
}

export function replyMessage(id: number, outcome: Outcome): ReplyMessage {
  return { mark, id, outcome };
}

/** Whether a message is a request of ours. Both ends are this code, so the mark is proof enough. */
export function isRequest(message: unknown): message is RequestMessage {
  return isOurs(message) && 'request' in message;
}

export function isReply(message: unknown): message is ReplyMessage {
  return isOurs(message) && 'outcome' in message;
}

function isOurs(message: unknown): message is { readonly mark: typeof mark } {
  return (
    typeof message === 'object' && message !== null && 'mark' in message && message.mark === mark
  );
}
