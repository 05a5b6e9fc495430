export interface CodeBlock {
  /** What stands behind the backticks: `ts`, `sh`. */
  readonly language: string;
  readonly code: string;
  /** Line of its first line of code in the file, from 1. */
  readonly line: number;
  /**
   * What the block takes for granted, from a comment right before it, which no reader sees:
   *
   *     <!-- given
   *     declare const store: EventStore;
   *     -->
   */
  readonly given: string;
}

const block =
  /(?:^<!-- given\n(?<given>[\s\S]*?)^-->\n+)?^(?<indent> *)```(?<language>\w+)\n(?<code>[\s\S]*?)^\k<indent>```$/gm;

/** The fenced code blocks of a Markdown text that name a language. */
export function codeBlocksOf(text: string): readonly CodeBlock[] {
  return [...text.matchAll(block)].map(({ 0: all, index, groups = {} }) => {
    const { language = '', code = '', given = '' } = groups;
    const before = text.slice(0, index + all.lastIndexOf(`\`\`\`${language}\n`));
    return { language, code, given, line: before.split('\n').length + 1 };
  });
}
