/** The way from one process to what is outside of it. */
export interface Link {
  /** Name of the process. */
  readonly process: string;
  /** Whether the process is gone: its calls do not arrive any more, and nothing reaches it. */
  readonly isCut: boolean;
  /** Calls the listener when the process goes. */
  readonly onCut: (listener: () => void) => void;
}

/**
 * What a process that is gone waits for. One for each that waits: what waits for a promise is kept as
 * long as the promise is, and one for all would keep every process that ever crashed.
 */
export const never = (): Promise<never> => new Promise<never>(() => undefined);

/** What was waited for over a link; nothing comes back once that is cut. */
export async function overLink<T>(waiting: Promise<T>, link: Link | undefined): Promise<T> {
  try {
    const value = await waiting;
    return link?.isCut === true ? await never() : value;
  } catch (error) {
    if (link?.isCut === true) return never();
    throw error;
  }
}
