import { EventEmitter } from 'node:events';
import type { Channel } from './messages.ts';

/** Both ends of a channel within one process, for tests: messages are cloned, as between processes. */
export interface ChannelPair {
  readonly parent: Channel;
  readonly child: Channel;
  /** The child ends: both sides see the channel close, and nothing more is delivered. */
  readonly cut: () => void;
}

export function createChannelPair(): ChannelPair {
  const state = { isOpen: true };
  const parent = new ChannelEnd(state);
  const child = new ChannelEnd(state);
  parent.peer = child;
  child.peer = parent;
  return {
    parent,
    child,
    cut() {
      state.isOpen = false;
      parent.emit('disconnect');
      child.emit('disconnect');
    },
  };
}

class ChannelEnd extends EventEmitter implements Channel {
  peer: ChannelEnd | undefined;
  readonly #state: { readonly isOpen: boolean };

  constructor(state: { readonly isOpen: boolean }) {
    super();
    this.#state = state;
  }

  get connected(): boolean {
    return this.#state.isOpen;
  }

  send(message: object): boolean {
    const copy = structuredClone(message);
    setImmediate(() => {
      if (this.#state.isOpen) this.peer?.emit('message', copy);
    });
    return true;
  }
}
