// oxlint-disable-next-line no-control-regex -- escapes of styleText are what this looks for
const piece = /\u001b\[[0-9;]*m|[^]/gu;
const reset = '\u001b[0m';

/** Cuts text to `columns` without counting or breaking its colour escapes. */
export function clip(text: string, columns: number): string {
  let left = columns;
  let kept = '';
  let isColored = false;
  for (const [part] of text.matchAll(piece)) {
    if (part.startsWith('\u001b')) {
      isColored = true;
    } else {
      if (left === 0) return isColored ? kept + reset : kept;
      left -= 1;
    }
    kept += part;
  }
  return kept;
}
