import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TraceError } from '../workload/index.ts';

const chunkBytes = 1 << 18;

/** What the first bytes of a file say, where they say that it is no text. */
const packed: readonly {
  readonly bytes: readonly number[];
  readonly is: string;
  readonly remedy: string;
}[] = [
  {
    bytes: [0x50, 0x4b, 3, 4],
    is: 'a zip file or a workbook',
    remedy: 'Unpack it, or save the sheet as CSV.',
  },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'packed by zstd', remedy: 'Unpack it with zstd -d.' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58], is: 'packed by xz', remedy: 'Unpack it with xz -d.' },
  { bytes: [0x42, 0x5a, 0x68], is: 'packed by bzip2', remedy: 'Unpack it with bzip2 -d.' },
  {
    bytes: [0x50, 0x41, 0x52, 0x31],
    is: 'a Parquet file',
    remedy: 'Export it as CSV or JSON Lines.',
  },
];

/**
 * The text of a file in pieces, with one of them in memory: UTF-8 or UTF-16, unpacked if it is gzip.
 *
 * @param signal ends the reading at once, with its reason
 * @throws TraceError for what is no file, cannot be read, or is packed otherwise
 */
export async function* traceText(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  try {
    const head = await headOf(file);
    const is = (bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
    const wrong = packed.find(({ bytes }) => is(bytes));
    if (wrong !== undefined) {
      throw new TraceError({ file, found: `it is ${wrong.is}`, remedy: wrong.remedy });
    }
    const source = createReadStream(file, { highWaterMark: chunkBytes, signal });
    const bytes = is([0x1f, 0x8b]) ? pipeline(source, createGunzip(), () => {}) : source;
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    for await (const chunk of bytes) {
      if (!(chunk instanceof Uint8Array)) continue;
      decoder ??= new TextDecoder(encodingOf(chunk));
      yield decoder.decode(chunk, { stream: true });
    }
    const rest = decoder?.decode() ?? '';
    if (rest !== '') yield rest;
  } catch (error) {
    signal?.throwIfAborted();
    throw readingError(file, error);
  }
}

async function headOf(file: string): Promise<Uint8Array> {
  // Opening a pipe would wait for its writer, and nothing could interrupt it.
  const stats = await stat(file);
  if (!stats.isFile()) {
    throw new TraceError({
      file,
      found: 'that is no file',
      remedy: stats.isDirectory() ? 'Name a file in it.' : 'Write it into a file first.',
    });
  }
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Spreadsheets write "Unicode text" as UTF-16, with a mark. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function readingError(file: string, error: unknown): unknown {
  if (error instanceof TraceError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const isPacked = code.startsWith('Z_');
  return new TraceError({
    file,
    found:
      code === 'ENOENT'
        ? 'there is no such file (ENOENT)'
        : isPacked
          ? `its gzip is broken or cut off (${error.message})`
          : error.message,
    remedy: isPacked ? 'Check it with gzip -t, and fetch it again.' : 'Check the path.',
    cause: error,
  });
}
