/** Listeners by the name of the event, called one after the other, as Node's `EventEmitter` does it. */
export interface Emitter<Data> {
  on(event: string, listener: (data: Data) => void): void;
  emit(event: string, data: Data): void;
  /** Events that have a listener. */
  readonly size: number;
}

/** Makes an emitter of plain calls: one without Node's, since a shop may run in a browser as well. */
export function createEmitter<Data>(): Emitter<Data> {
  const listeners = new Map<string, ((data: Data) => void)[]>();
  return {
    on(event, listener) {
      const known = listeners.get(event);
      if (known === undefined) listeners.set(event, [listener]);
      else known.push(listener);
    },
    emit(event, data) {
      for (const listener of listeners.get(event) ?? []) listener(data);
    },
    get size() {
      return listeners.size;
    },
  };
}
