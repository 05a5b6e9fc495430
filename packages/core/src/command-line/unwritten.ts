import { escaped } from './escaped.ts';

/** What the system's codes mean to whoever wanted the file, and what to do about it. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device. Free some, or write it elsewhere',
  EDQUOT: 'the quota of disk space is used up. Free some, or write it elsewhere',
  EFBIG: 'the file would be too large for its file system. Write it elsewhere',
  EROFS: 'the file system is read-only. Write it elsewhere',
  EACCES: 'it is not writable. Choose another place',
  EPERM: 'it is not writable. Choose another place',
  ENAMETOOLONG: 'its name is too long. Choose a shorter one',
  ENOENT: 'its directory is gone. Create it again, or choose another one',
  EIO: 'the device failed. Write it elsewhere',
};

/** Why something could not be written, as one sentence and its remedy. */
export function unwrittenText(what: string, error: NodeJS.ErrnoException): string {
  const reason = reasons[error.code ?? ''] ?? `${error.message}. Choose another place`;
  return escaped(`Failed to write ${what}: ${reason}.`);
}

/** Whether it is the system that refused, and no defect of this program. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;
