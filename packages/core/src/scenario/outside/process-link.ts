import type { Link } from '../../services/index.ts';

/** The way from one process to what is outside, until the process is gone. */
export class ProcessLink implements Link {
  readonly process: string;
  isCut = false;
  readonly #listeners = new Set<() => void>();

  /** @param process its name */
  constructor(process: string) {
    this.process = process;
  }

  onCut(listener: () => void): void {
    this.onceCut(listener);
  }

  /** As `onCut`; gives back what takes the listener away. */
  onceCut(listener: () => void): () => void {
    // A function of its own for each call: two listeners may be the same function.
    const call = (): void => listener();
    if (this.isCut) call();
    else this.#listeners.add(call);
    return () => {
      this.#listeners.delete(call);
    };
  }

  /** The process is gone. What was registered to hear of it hears of it once, in order. */
  cut(): void {
    if (this.isCut) return;
    this.isCut = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
