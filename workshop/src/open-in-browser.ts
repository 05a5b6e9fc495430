import { spawn } from 'node:child_process';
import process from 'node:process';

/** Opens a page, where somebody sits in front of a terminal. Where that cannot be done, nothing happens. */
export function openInBrowser(url: string): void {
  if (!process.stdout.isTTY || process.env['CI'] !== undefined) return;
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
