import type { RealTimers } from '../host.ts';

/**
 * A message to oneself is the quickest macrotask of a browser: a timer of 0 ms waits for 4 ms when it
 * was set by a timer. It goes twice, and only one is under way: a rejection that nobody handles is told by a task that
 * the browser queues when all promise chains are through, behind a message that was sent before; and Node tells it
 * before its next immediate.
 */
const { port1, port2 } = new MessageChannel();
const turns: Turn[] = [];
let next = 0;

/** Sends the message that leads to the next turn. */
const begin = (): void => port2.postMessage('first');

/* oxlint-disable no-underscore-dangle -- the name that Node's handle has */
/** The face of Node's `Immediate`. Nothing here keeps a worker alive, so `unref` has nothing to do. */
class Turn implements NodeJS.Immediate {
  readonly _onImmediate: () => void;
  isPending = true;

  constructor(act: () => void) {
    this._onImmediate = act;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.isPending = false;
  }
}

port1.addEventListener('message', (event) => {
  if ('data' in event && event.data === 'first') {
    port2.postMessage('second');
    return;
  }
  const turn = turns[next];
  next += 1;
  if (next === turns.length) {
    turns.length = 0;
    next = 0;
  } else {
    begin();
  }
  if (turn?.isPending === true) turn._onImmediate();
});
port1.start();

function onTurn<Args extends unknown[]>(callback: (...args: Args) => void, ...args: Args): Turn {
  const turn = new Turn(() => callback(...args));
  turns.push(turn);
  if (turns.length - next === 1) begin();
  return turn;
}

function afterTurn<T = void>(value?: T): Promise<T>;
function afterTurn(value?: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    onTurn(resolve, value);
  });
}

export const timers: RealTimers = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  setInterval: globalThis.setInterval.bind(globalThis),
  clearInterval: globalThis.clearInterval.bind(globalThis),
  setImmediate: Object.assign(onTurn, { __promisify__: afterTurn }),
  clearImmediate: (turn) => {
    turn?.[Symbol.dispose]();
  },
};
