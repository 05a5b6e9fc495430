import { codeBlocksOf } from './code-blocks.ts';

/** A command of a document. */
export interface Command {
  /** `file:line`. */
  readonly place: string;
  readonly path: string;
  readonly command: string;
  /** What a shell script that ran it would see: 0, unless the comment behind it says `exits with 1`. */
  readonly exitCode: number;
}

/** The commands of all `sh` blocks, in their order. @param files texts by their paths */
export function commandsOf(files: ReadonlyMap<string, string>): readonly Command[] {
  return [...files].flatMap(([path, text]) =>
    codeBlocksOf(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code, line }) =>
        code.split('\n').flatMap((row, index) => {
          const [, comment = ''] = /(?:^|\s)#(.*)$/.exec(row) ?? [];
          const command = row.replace(/(?:^|\s)#.*$/, '').trim();
          if (command === '') return [];
          const [, exitCode = '0'] = /\bexits with (\d+)/.exec(comment) ?? [];
          return [{ place: `${path}:${line + index}`, path, command, exitCode: Number(exitCode) }];
        }),
      ),
  );
}
