import { escaped } from './escaped.ts';

/**
 * One word of a shell. Quoted only when the shell would read it otherwise; with characters that a
 * terminal must not print, in the way that bash, zsh and POSIX (2024) write them out.
 */
export function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (escaped(word) !== word) {
    const safe = word.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`);
    return `$'${escaped(safe)}'`;
  }
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
