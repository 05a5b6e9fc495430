import { keepText, readKept } from './editor/kept-text.ts';

/** What was written in the page, and not saved yet. */
export interface Draft {
  readonly text: string;
  /** Of the file that it was written over. */
  readonly version: string;
}

const keyOf = (id: string): string => `firedrill-workshop:${id}`;

/** The draft of an exercise that this browser has kept. */
export function readDraft(id: string): Draft | undefined {
  try {
    const kept: unknown = JSON.parse(readKept(keyOf(id)) ?? 'null');
    return isDraft(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a draft, or forgets it. @returns whether the browser has taken it */
export const keepDraft = (id: string, draft: Draft | undefined): boolean =>
  keepText(keyOf(id), draft && JSON.stringify(draft));

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'version' in value &&
  typeof value.version === 'string';
