import { spawn } from 'node:child_process';
import process from 'node:process';

export interface Ended {
  readonly code: number;
  /** Standard output and error, as they came. */
  readonly text: string;
}

/** Runs a command in a folder that has nothing to do with this repository. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutOurs(), ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Like `run`. @throws Error with what it printed when it ended with another code than 0. */
export async function runWell(...given: Parameters<typeof run>): Promise<string> {
  const { code, text } = await run(...given);
  if (code === 0) return text;
  const [command, args] = given;
  throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${text.trim()}`);
}

/** What pnpm sets for its scripts would make npm, called below them, look at our project. */
export function withoutOurs(): NodeJS.ProcessEnv {
  const own =
    /^(?:npm_(?:package|lifecycle|config_(?!registry|cache|userconfig))|INIT_CWD|NODE_OPTIONS|PNPM_)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
