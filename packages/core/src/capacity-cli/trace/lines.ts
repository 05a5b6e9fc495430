import { createReadStream } from 'node:fs';

/** Lines of a file that follow each other. */
export interface LineBlock {
  /** The number of the first, counted from 1. */
  readonly from: number;
  readonly lines: readonly string[];
}

const chunkBytes = 1 << 18;

/** The lines of a file, without their ends, with only a block at a time in memory. */
export async function* lineBlocks(path: string): AsyncGenerator<LineBlock> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: chunkBytes });
  let rest = '';
  let from = 1;
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield { from, lines };
    from += lines.length;
  }
  if (rest !== '') yield { from, lines: [rest] };
}
