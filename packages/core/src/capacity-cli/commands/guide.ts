import { type GuideTopic, guideTopics } from '../guide-topics.ts';
import { choose, exitCodes, newCommand, parseFlags, UsageError } from '../../command-line/index.ts';
import type { Answer, SubCommand } from './command.ts';

const topics: Readonly<Record<string, GuideTopic>> = guideTopics;

/** `capacity guide [topic]`: the configuration guide, whole or in part. */
export const guide: SubCommand = {
  description: `the configuration guide: ${Object.keys(topics).join(', ')}`,
  run(args): Answer {
    const names = args.filter((arg) => !arg.startsWith('-'));
    const command = newCommand('capacity guide', 'Shows the configuration guide.').option(
      '--json',
      'write it as JSON',
    );
    const { json, help } = parseFlags<{ readonly json: boolean }>(
      command,
      args.filter((arg) => arg.startsWith('-')),
    );
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    const chosen = names.length === 0 ? Object.keys(topics) : names;
    const found = chosen.map((name) => [name, topicOf(name)] as const);
    const text =
      json === true
        ? JSON.stringify(Object.fromEntries(found.map(([name, { data }]) => [name, data])))
        : found.map(([, { title, text: body }]) => `## ${title}\n\n${body()}`).join('\n\n');
    return { text, exitCode: exitCodes.asExpected };
  },
};

function topicOf(name: string): GuideTopic {
  const topic = topics[name];
  if (topic !== undefined && Object.hasOwn(topics, name)) return topic;
  throw new UsageError({
    given: `"${name}"`,
    cause: 'the guide has no part of that name',
    remedy: choose(name, Object.keys(topics)),
  });
}
