import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type PublicName, readRooms, type Room } from '../../tools/src/docs/public-names.ts';

// Writes a page for each subpath of the package.
const titles: Readonly<Record<string, string>> = { returns: 'Returns', throws: 'Throws' };
const folder = join(import.meta.dirname, '../src/content/docs/reference/api');
const rooms = readRooms(join(import.meta.dirname, '../../packages/core'));

rmSync(folder, { recursive: true, force: true });
for (const room of rooms) write(slugOf(room), pageOf(room));
console.log(`API: ${rooms.flatMap(({ names }) => names).length} public names.`);

function slugOf({ specifier }: Room): string {
  return specifier.replace('@firedrill/core/', '');
}

function write(slug: string, text: string): void {
  const path = join(folder, `${slug}.md`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function pageOf(room: Room): string {
  const head = [
    '---',
    `title: ${JSON.stringify(room.specifier)}`,
    `description: ${JSON.stringify(`The public names of ${room.specifier}.`)}`,
    `sidebar: { label: ${JSON.stringify(slugOf(room))} }`,
    'tableOfContents: { maxHeadingLevel: 2 }',
    'editUrl: false',
    '---',
  ];
  return `${[...head, ...room.names.map(entryOf)].join('\n\n')}\n`;
}

function entryOf({ name, text, tags, code }: PublicName): string {
  const parts = [`## \`${name}\``];
  if (text !== '') parts.push(prose(text));
  const list = tags.flatMap((tag) => tagLine(tag));
  if (list.length > 0) parts.push(list.join('\n'));
  parts.push(`\`\`\`ts\n${code}\n\`\`\``);
  return parts.join('\n\n');
}

function tagLine({
  name,
  text,
}: {
  readonly name: string;
  readonly text: string;
}): readonly string[] {
  const line = prose(text.trim()).replaceAll(/\s*\n\s*/g, ' ');
  if (name === 'param' || name === 'typeParam' || name === 'template') {
    const [, of = '', rest = ''] = /^(\S+)\s*(?:- )?([\s\S]*)$/.exec(line) ?? [];
    return [`- \`${of}\`: ${rest}`];
  }
  return [`- **${titles[name] ?? name}** ${line}`];
}

/** A docstring as Markdown: `<` is no tag but where it stands in code. */
function prose(text: string): string {
  return text
    .replaceAll(/\{@link (?:\S+ \| )?([^}]*)\}/g, '`$1`')
    .replaceAll(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found));
}
