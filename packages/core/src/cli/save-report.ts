import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSystemError, unwrittenText } from '../command-line/index.ts';
import { noFile } from './report-path.ts';

/** A report that could not be written; the message is all there is to say. */
export class ReportUnwrittenError extends Error {
  readonly code = 'REPORT_UNWRITTEN';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReportUnwrittenError';
  }
}

/**
 * Writes a report beside its place and moves it there, so that no reader ever sees half of it.
 *
 * @throws ReportUnwrittenError when the system refuses, as on a full disk, and when something has
 *   come to stand there meanwhile that is no file
 */
export async function saveReport(path: string, text: string): Promise<void> {
  const partial = join(dirname(path), `.firedrill-${process.pid}.partial`);
  try {
    await refuseOthers(path);
    // Fails where something stands already: a link that somebody has put there is not followed.
    await writeFile(partial, text, { flag: 'wx' });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (!isSystemError(error)) throw error;
    throw new ReportUnwrittenError(unwrittenText(path, error), { cause: error });
  }
}

async function refuseOthers(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  const [cause, remedy] = noFile(found);
  throw new ReportUnwrittenError(`Failed to write ${path}: ${cause}. ${remedy}`);
}
