import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const template = fileURLToPath(new URL('../template', import.meta.url));

/** What cannot be done as it was asked for: the sentence for whoever asked. */
class Refusal extends Error {}

/**
 * @param {unknown} error
 * @returns {error is Refusal}
 */
export const isRefusal = (error) => error instanceof Refusal;

/** The first that runs TypeScript as it stands: what is made has no build step. */
const oldestNode = [22, 18];

/**
 * @param {string} version of the Node that runs this
 * @throws Refusal for one that could not run what is made
 */
export function refuseOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Refusal(
    `Failed to make a project: it needs Node ${oldestNode.join('.')} or later, and this is Node ${version}. Install a newer one from https://nodejs.org.`,
  );
}

/**
 * @typedef {object} ProjectOptions
 * @property {string} folder where it is made, and how it is called
 * @property {string} core a version of the core package, or the path of its tarball
 * @property {boolean} installs
 */

/**
 * @param {readonly string[]} args
 * @returns {ProjectOptions | 'help'}
 * @throws Refusal naming what was given, and the remedy
 */
export function readArguments(args) {
  /** @type {{ core?: string, install?: boolean, 'no-install'?: boolean, help?: boolean }} */
  let values;
  /** @type {string[]} */
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      options: {
        core: { type: 'string' },
        'no-install': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    }));
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Refusal(
      `Failed to read the arguments: ${cause}. Use create-firedrill <folder> [--core <version or tarball>] [--no-install].`,
      { cause: error },
    );
  }
  if (values.help === true) return 'help';
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    const given = folder === undefined ? 'no folder' : `${positionals.length} folders`;
    throw new Refusal(
      `Failed to make a project: ${given} named. Name one: create-firedrill my-incident.`,
    );
  }
  return {
    folder,
    core: values.core ?? `^${ownVersion()}`,
    installs: values['no-install'] !== true,
  };
}

/**
 * Makes the project. A tarball of core is copied into it, so that it stands by itself.
 *
 * @param {ProjectOptions} options
 * @returns {string} its absolute path
 * @throws Refusal when the name, the folder or the tarball is of no use; nothing is made then
 */
export function makeProject({ folder, core }) {
  const target = resolve(callersDirectory(), folder);
  const name = basename(target);
  if (!/^[a-z0-9][a-z0-9-]{0,100}$/.test(name)) {
    throw new Refusal(
      `Failed to make "${folder}": a package cannot be called "${name}". Use lower-case letters, digits and hyphens, e.g. my-incident.`,
    );
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Refusal(
      `Failed to make "${folder}": it is not empty. Name a folder that does not exist yet.`,
    );
  }
  const isTarball = /\.t(?:ar\.)?gz$/.test(core);
  const tarball = resolve(callersDirectory(), core);
  if (isTarball && !existsSync(tarball)) {
    throw new Refusal(
      `Failed to read --core=${core}: there is no such file. Pack one: pnpm --filter @firedrill/core pack.`,
    );
  }
  cpSync(template, target, { recursive: true });
  renameSync(join(target, 'gitignore'), join(target, '.gitignore'));
  renameSync(join(target, 'package.template.json'), join(target, 'package.json'));
  if (isTarball) {
    mkdirSync(join(target, 'vendor'));
    copyFileSync(tarball, join(target, 'vendor/firedrill-core.tgz'));
  }
  const spec = isTarball ? 'file:vendor/firedrill-core.tgz' : core;
  for (const file of ['package.json', 'README.md', 'src/main.ts', 'src/example.ts']) {
    const path = join(target, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replaceAll('my-incident', name).replaceAll('"core-version"', JSON.stringify(spec)),
    );
  }
  return target;
}

/** npm starts a package's program in the folder where npm was called, and says so as well. */
const callersDirectory = () => process.env['INIT_CWD'] ?? process.cwd();

/** Of core and of this package there is one version. */
function ownVersion() {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(manifest)?.[1] ?? '0.1.0';
}
