const fence = /^(?: {0,3})(```+|~~~+)[^\n]*\n[\s\S]*?^ {0,3}\1[^\n]*$/gm;
const generated = /^<!-- (?:generated|measured)[^\n]*$[\s\S]*?^<!-- (?:\/generated|end) -->$/gm;
const table = /^\|.*$/gm;
const codeInLine = /(`+)[^`]+\1(?!`)/g;
const linkTarget = /\]\([^)]*\)/g;
/** A section about what happened to others: its figures are those of the sources that it names. */
const quoted = /^## Known incidents$[\s\S]*?(?=^## |$(?![\s\S]))/gm;
/** Numbers that are names: of a decision, of a list's line, of a paper's year, of a standard or a law and its paragraphs. */
const label =
  /\[\d{4}\](?=\()|^ *\d+\. |\b(?:19|20)\d\d\b|\bRFC \d+|\b\d+ CFR\b|\b\d{3}\.\d{3}(?=\()|\b\d+(?:\.\d+){2,}/gm;

const emptied = (part: string): string => part.replaceAll(/[^\n]/g, ' ');

/** The text with its code blocks emptied, place for place. */
export function withoutCode(text: string): string {
  return text.replaceAll(fence, emptied);
}

/** What somebody has written by hand in sentences: every other place is a blank. */
export function proseOf(text: string): string {
  return [generated, quoted, table, codeInLine, label, linkTarget].reduce(
    (prose, pattern) => prose.replaceAll(pattern, emptied),
    withoutCode(text),
  );
}
