import { execFile } from 'node:child_process';
import { commandsOf } from './commands.ts';
import { type Package, readPackages } from './packages.ts';

export interface Checked {
  readonly commands: number;
  /** `file:line: what is wrong`. */
  readonly faults: readonly string[];
}

/** Programs of the machine, or of npm, that a document may name. */
const others = new Set([
  'bash',
  'sed',
  'export',
  'npm',
  'npx',
  'node',
  'cd',
  'git',
  'docker',
  'curl',
  'apt-get',
]);
/** Of pnpm itself. */
const ownOfPnpm = new Set(['install', 'exec', 'add', 'create', 'dlx']);

/**
 * Checks every command of the documentation without doing what it does: the package and its script are
 * there, and the program's own help knows each flag.
 *
 * @param files texts by their paths
 */
export async function checkCommands(files: ReadonlyMap<string, string>): Promise<Checked> {
  const packages = readPackages();
  const helps = new Map<string, Promise<string>>();
  const faults: string[] = [];
  const commands = commandsOf(files);
  for (const { place, command } of commands) {
    const wrong = await faultOf(command, packages, helps);
    if (wrong !== undefined) faults.push(`${place}: ${command}: ${wrong}`);
  }
  return { commands: commands.length, faults };
}

async function faultOf(
  command: string,
  packages: ReadonlyMap<string, Package>,
  helps: Map<string, Promise<string>>,
): Promise<string | undefined> {
  const call = parseCommand(command);
  if (call === undefined) {
    const [first = ''] = command.split(' ');
    return others.has(first) ? undefined : `there is no program "${first}" that a reader has`;
  }
  const { filter, script, word, flags } = call;
  const owner = packages.get(filter);
  if (owner === undefined) return `there is no package "${filter}"`;
  const program = owner.scripts.get(script);
  if (program === undefined) {
    return ownOfPnpm.has(script) ? undefined : `"${filter}" has no script "${script}"`;
  }
  if (flags.length === 0) return undefined;
  const known = async (words: readonly string[]): Promise<readonly string[]> => {
    const key = [filter, script, ...words].join(' ');
    const help = helps.get(key) ?? helpOf(program, words, owner, packages);
    helps.set(key, help);
    return (await help).match(/(?<![\w-])--[\w-]+/g) ?? [];
  };
  const ofAll = await known([]);
  let unknown = flags.filter((flag) => !ofAll.includes(flag));
  if (unknown.length > 0 && word !== undefined) {
    const ofWord = await known([word]);
    unknown = unknown.filter((flag) => !ofWord.includes(flag));
  }
  return unknown.length === 0 ? undefined : `its help does not know ${unknown.join(', ')}`;
}

export interface Call {
  /** Name of the package; `firedrill` is the root. */
  readonly filter: string;
  readonly script: string;
  /** The first that is no flag, such as the name of a recipe: its help may know more. */
  readonly word: string | undefined;
  /** Names of its flags, without values: `--seed`. */
  readonly flags: readonly string[];
}

/** @returns undefined for what is no command of pnpm */
export function parseCommand(command: string): Call | undefined {
  const [, filter = 'firedrill', script = '', rest = ''] =
    /^(?:[A-Z_]+=\S+ )*(?:npx -y pnpm@\d+|pnpm)(?: -s)?(?: --filter (\S+))?(?: run)? ([\w:-]+)(.*)$/.exec(
      command,
    ) ?? [];
  if (script === '') return undefined;
  const [own = ''] = rest.replaceAll(/'[^']*'|"[^"]*"/g, "''").split(/[|>]/);
  const word = /^(?: --)?\s+(?!-)(\S+)/.exec(own)?.[1];
  return { filter, script, word, flags: own.match(/(?<=\s)--[\w-]+/g) ?? [] };
}

/** What a program says of itself; of a script of a script, that one. */
function helpOf(
  program: string,
  words: readonly string[],
  owner: Package,
  packages: ReadonlyMap<string, Package>,
): Promise<string> {
  const inner = /^pnpm --filter (\S+) (\S+)$/.exec(program);
  const [, filter = '', script = ''] = inner ?? [];
  const next = packages.get(filter);
  if (next !== undefined) return helpOf(next.scripts.get(script) ?? '', words, next, packages);
  const [, args = ''] = /^(?:node|tsx watch(?: --\S+)*) (.*)$/.exec(program) ?? [];
  if (args === '') return Promise.resolve('');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args.split(' '), ...words, '--help'],
      { cwd: owner.folder },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}
