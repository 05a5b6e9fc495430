/** What a reader has done with an exercise, in this browser. */
export interface OwnText {
  /** Undefined as long as nothing was changed. */
  readonly text: string | undefined;
  readonly isPassed: boolean;
  /** @returns whether the browser keeps it */
  keep(text: string): boolean;
  pass(): void;
  /** Forgets the text, not that the exercise was passed. */
  forget(): void;
}

/** @param id such as `payment-processing/2-freeze` */
export function ownText(id: string): OwnText {
  const textKey = `firedrill-exercise:${id}`;
  const passedKey = `firedrill-passed:${id}`;
  return {
    get text() {
      return read(textKey);
    },
    get isPassed() {
      return read(passedKey) === 'yes';
    },
    keep: (text) => write(textKey, text),
    pass: () => void write(passedKey, 'yes'),
    forget: () => void write(textKey, undefined),
  };
}

// A browser may keep nothing for a page, or have no more room.

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether the browser has taken it */
function write(key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
