import { accessSync, constants, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem, platform, release, totalmem } from 'node:os';
import process from 'node:process';
import { allPlaces, root, twinFile } from './incidents.ts';
import { checkTypes } from './check-types.ts';
import { judgeFile } from './judge-file.ts';
import { Stages } from './stage.ts';

/** One thing that a laptop needs. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do where it is not well. */
  readonly remedy?: string;
}

const neededGb = 1;

/** What cannot be seen from here, and was not tried there. */
export const untried: readonly string[] =
  platform() === 'linux'
    ? []
    : [
        `On ${platform()} the project was not tried: file watching, terminal colours and Ctrl-C may differ.`,
      ];

const gb = (bytes: number): number => Math.round((10 * bytes) / 2 ** 30) / 10;

/** Looks at this machine as a laptop of the workshop. */
export async function examine(port: number): Promise<readonly Finding[]> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const disk = statfsSync(root);
  const freeDiskGb = gb(disk.bavail * disk.bsize);
  const stages = new Stages();
  const [place] = allPlaces();
  const findings: Finding[] = [
    {
      what: 'Node',
      ok: major >= 22,
      found: `${process.version} on ${platform()} ${release()}`,
      remedy: 'Start it with pnpm workshop: the project brings its own Node.',
    },
    {
      what: 'memory',
      ok: gb(totalmem()) >= 2,
      found: `${gb(freemem())} GB free of ${gb(totalmem())}`,
      remedy: 'Close other programs: a storm takes up to half a gigabyte.',
    },
    {
      what: 'disk',
      ok: freeDiskGb >= neededGb,
      found: `${freeDiskGb} GB free`,
      remedy: `Make room for ${neededGb} GB.`,
    },
    {
      what: 'folder',
      ok: isWritable(root),
      found: `${root} ${isWritable(root) ? 'can be written' : 'cannot be written'}`,
      remedy: 'Clone the repository to where you may write.',
    },
    {
      what: 'port',
      ok: await isFree(port),
      found: `${port} ${(await isFree(port)) ? 'is free' : 'is taken'}`,
      remedy: 'Use pnpm workshop --port=0.',
    },
  ];
  if (place === undefined) return findings;
  const types = await checkTypes(twinFile(place, 'solution'));
  findings.push({
    what: 'types',
    ok: types.length === 0,
    found: types.length === 0 ? 'the compiler runs' : (types[0]?.text ?? ''),
    remedy: 'Run pnpm install, then try again.',
  });
  const run = await judgeFile(place, {
    file: twinFile(place, 'solution'),
    stages,
    seed: 1,
    unseen: [1],
    checksTypes: false,
  });
  await stages.close();
  findings.push({
    what: 'a storm',
    ok: run.isPassed,
    found: run.isPassed
      ? `survived, judged after ${((run.verdictMs ?? 0) / 1_000).toFixed(1)} s`
      : (run.failure?.text ??
        'the solution did not pass: the numbers differ from those of other machines'),
    remedy: 'Run pnpm test, and tell the maintainers what fails.',
  });
  return findings;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
