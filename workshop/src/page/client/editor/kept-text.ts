/** What a browser has kept for this page under a key; undefined where it has nothing, or keeps nothing. */
export function readKept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a text, or forgets it. A browser may keep nothing for a page, or have no more room.
 *
 * @returns whether the browser has taken it
 */
export function keepText(key: string, value: string | undefined): boolean {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
