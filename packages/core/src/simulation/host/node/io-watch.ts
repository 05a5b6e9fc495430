import { type AsyncHook, createHook } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import process from 'node:process';
import { Worker } from 'node:worker_threads';

import type { IoWatch, IoWatchOptions } from '../host.ts';
import { replaceProperty } from '../replacement.ts';
import { ioKinds, neverIo, settledByTicks } from './io-kinds.ts';
import { callerOutsideThisRoom } from './caller.ts';

/** Published for every request of `fetch`, also of one that takes a connection that is there already. */
const requestChannel = 'undici:request:create';

/**
 * Hears of real input and output as it begins: Node tells its async hooks of each request and handle in
 * the call that makes it. What uses a handle that was there before makes nothing, so the ways to write
 * to a socket or to a worker are watched besides.
 */
export class NodeIoWatch implements IoWatch {
  readonly #options: IoWatchOptions;
  readonly #ignored: ReadonlySet<string>;
  readonly #before: ReadonlyMap<string, number>;
  readonly #hook: AsyncHook;
  readonly #undo: (() => void)[] = [];
  #immediates = 0;
  #hasOthers = false;

  constructor(options: IoWatchOptions) {
    this.#options = options;
    this.#ignored = new Set([...neverIo, ...options.ignored]);
    // Node makes the streams when they are first asked for: they must not count as new later.
    void process.stdout;
    void process.stderr;
    this.#before = this.#count();
    // Tracking promises would cost a call for each of them.
    this.#hook = createHook({ init: this.#onInit, trackPromises: false });
  }

  start(): void {
    this.#hook.enable();
    const onRequest = (): void => {
      this.#found('fetch');
    };
    subscribe(requestChannel, onRequest);
    this.#undo.push(
      () => unsubscribe(requestChannel, onRequest),
      this.#watchMethod(Socket.prototype, '_writeGeneric', 'TCPSocketWrap'),
      this.#watchMethod(Worker.prototype, 'postMessage', 'Worker'),
    );
  }

  stop(): void {
    this.#hook.disable();
    for (const step of this.#undo.splice(0)) step();
  }

  leftOver(): string[] {
    return [...this.#count()].flatMap(([kind, count]) =>
      Array.from({ length: Math.max(0, count - (this.#before.get(kind) ?? 0)) }, () => kind),
    );
  }

  othersSince(immediates: number): boolean {
    return this.#hasOthers || this.#immediates > immediates;
  }

  readonly #onInit = (_id: number, type: string, _trigger: number, resource: object): void => {
    if (settledByTicks.has(type)) return;
    if (type === 'Immediate') {
      this.#immediates += 1;
      return;
    }
    if (!type.endsWith('REQUEST')) this.#hasOthers = true;
    const kind = ioKinds.get(type);
    if (kind !== undefined) this.#found(kind);
    else if (type === 'ZLIB') this.#watchJob(resource, 'write', 'Zlib');
    // A job of node:crypto; the same objects do its synchronous work.
    else if (type.endsWith('REQUEST')) this.#watchJob(resource, 'run', 'crypto');
  };

  /** The thread pool's: what works at once gives its result, and everything else nothing or a promise. */
  #watchJob(job: object, method: 'run' | 'write', kind: string): void {
    const begin: unknown = Reflect.get(job, method);
    if (typeof begin !== 'function' || !this.#options.isWatched()) return;
    const watched = (...args: unknown[]): unknown => {
      const result: unknown = Reflect.apply(begin, job, args);
      if (!Array.isArray(result)) this.#found(kind);
      return result;
    };
    Object.defineProperty(job, method, { value: watched, configurable: true, writable: true });
  }

  #watchMethod(prototype: object, method: string, kind: string): () => void {
    const original: unknown = Reflect.get(prototype, method);
    if (typeof original !== 'function') return () => undefined;
    const found = (target: unknown): void => {
      if (target !== process.stdout && target !== process.stderr) this.#found(kind);
    };
    return replaceProperty(prototype, method, function (this: unknown, ...args: unknown[]) {
      found(this);
      return Reflect.apply(original, this, args) as unknown;
    });
  }

  #found(kind: string): void {
    if (this.#ignored.has(kind) || !this.#options.isWatched()) return;
    this.#options.onBegun({ kind, place: callerOutsideThisRoom() });
  }

  #count(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const kind of process.getActiveResourcesInfo()) {
      if (!this.#ignored.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }
}
