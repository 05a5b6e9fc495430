const fence = /^(?: {0,3})(```+|~~~+)[^\n]*\n[\s\S]*?^ {0,3}\1[^\n]*$/gm;
/** What is written by a tool: a block of a document, from its first line to its last. */
const generated = /^<!-- (generated|measured): [^\n]*$[\s\S]*?^<!-- \/\1 -->$/gm;
const ruleOfTable = /^\|[\s|:-]+\|$/gm;
/** A plan of somebody's, such as an agenda: its figures are what it wants, and nobody's measurement. */
const planned = /^<!-- plan -->$[\s\S]*?^<!-- \/plan -->$/gm;
const codeInLine = /(`+)[^`]+\1(?!`)/g;
const linkTarget = /\]\([^)]*\)/g;
/** A section about what happened to others: its figures are those of the sources that it names. */
const quoted = /^## Known incidents$[\s\S]*?(?=^## |$(?![\s\S]))/gm;
/** Numbers that are names: of a decision, of a list's line, of a paper's year, of a standard or a law and its paragraphs, of a version. */
const label =
  /\[(?:decision )?\d{4}\](?=\()|^ *\d+\. |\b(?:19|20)\d\d\b|\b(?:RFC|ISO|IEC) \d+|\bNode \d+(?:\.\d+)?|\b\d+(?:\.\d+)? or later\b|\b\d+ CFR\b|\b\d{3}\.\d{3}(?=\()|\b\d+(?:\.\d+){2,}/gm;

const emptied = (part: string): string => part.replaceAll(/[^\n]/g, ' ');

/** The text with its code blocks emptied, place for place. */
export function withoutCode(text: string): string {
  return text.replaceAll(fence, emptied);
}

/** What somebody has written by hand in sentences: every other place is a blank. */
export function proseOf(text: string): string {
  return [generated, planned, quoted, ruleOfTable, codeInLine, label, linkTarget].reduce(
    (prose, pattern) => prose.replaceAll(pattern, emptied),
    withoutCode(text),
  );
}

/** What the code and the generated blocks of a text hold. */
export function shownIn(text: string): string {
  return [fence, generated].flatMap((pattern) => text.match(pattern) ?? []).join('\n');
}
