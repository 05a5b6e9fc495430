/** What moves a cursor, hides text or turns its direction: control characters and their like. */
const unseen = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text of a user or of a file as a terminal may show it: what would move the cursor, colour the
 * screen or turn the direction of writing is written out, e.g. `\x1b`.
 *
 * @param kept characters that pass as they are; default: none
 */
export function escaped(text: string, kept = ''): string {
  return text.replaceAll(unseen, (character) =>
    kept.includes(character) ? character : escapeOf(character),
  );
}

/** As `\x1b` or `\u202e`: a shell reads both between `$'` and `'`, and `\x9b` as a byte. */
function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code.toString(16);
  return code < 0x80 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
