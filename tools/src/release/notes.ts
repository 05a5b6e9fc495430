/** What a version has to tell, besides its changes. */
export interface NotesParts {
  readonly version: string;
  /** The changelog of core, whole. */
  readonly changelog: string;
  /** What random storms did to the repaired systems of this version, as Markdown. */
  readonly swarmed: string;
  /** Documents with measured tables, by their titles. */
  readonly measured: Readonly<Record<string, string>>;
  /** Files of each tarball, with their sizes in bytes. */
  readonly packed: Readonly<Record<string, readonly PackedFile[]>>;
}

export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
}

/** The notes of a version: what changed, what was measured, what is in the packages. */
export function releaseNotes({
  version,
  changelog,
  swarmed,
  measured,
  packed,
}: NotesParts): string {
  return [
    `# ${version}`,
    changesOf(changelog, version),
    ...Object.entries(measured).flatMap(([title, document]) => [
      `## ${title}`,
      ...measuredParts(document),
    ]),
    '## Random storms on the repaired systems',
    swarmed,
    '## What is packed',
    ...Object.entries(packed).map(([name, files]) => packedList(name, files)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The section of one version. @throws Error when there is none */
export function changesOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m);
  const found = sections.find((section) => section.startsWith(`${version}\n`));
  if (found !== undefined) return found.slice(version.length).trim();
  throw new Error(
    `Failed to write the notes: the changelog has no section ${version}. Run pnpm release once, from a clean tree.`,
  );
}

/**
 * What stands behind the marks of a document, up to the next mark or heading, each under the heading that
 * it stands under.
 */
export function measuredParts(document: string): readonly string[] {
  const blocks = document.matchAll(
    /<!-- measured: [^\n]*-->\n+([\s\S]*?)\n*(?=<!-- |^##? |(?![\s\S]))/gm,
  );
  return Array.from(blocks, ({ index, 1: block = '' }) => {
    const heading = document
      .slice(0, index)
      .match(/^##+ .*$/gm)
      ?.at(-1);
    return `${heading === undefined ? '' : `#${heading}\n\n`}${block}`;
  });
}

const kilobytes = (bytes: number): string => (bytes / 1_000).toFixed(1);

function packedList(name: string, files: readonly PackedFile[]): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = files.map(({ path, bytes }) => `${kilobytes(bytes).padStart(9)}  ${path}`);
  return [
    `<details><summary>${name}: ${files.length} files, ${kilobytes(total)} kB</summary>`,
    '',
    '```text',
    ...rows,
    '```',
    '',
    '</details>',
  ].join('\n');
}
