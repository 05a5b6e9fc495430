/** Listeners by topic, as Node's `EventEmitter` has them. */
export interface Emitter<Message> {
  on(topic: string, listener: (message: Message) => void): void;
  off(topic: string, listener: (message: Message) => void): void;
  /** Calls one listener after the other. */
  emit(topic: string, message: Message): void;
}

export function createEmitter<Message>(): Emitter<Message> {
  const topics = new Map<string, Set<(message: Message) => void>>();
  return {
    on(topic, listener) {
      const known = topics.get(topic);
      if (known === undefined) topics.set(topic, new Set([listener]));
      else known.add(listener);
    },
    off(topic, listener) {
      topics.get(topic)?.delete(listener);
    },
    emit(topic, message) {
      for (const listener of topics.get(topic) ?? []) listener(message);
    },
  };
}
