import { NoModelError } from '../../capacity/index.ts';
import { UsageError } from '../../command-line/portable.ts';
import { needsOf } from '../plan-needs.ts';
import { inputName, type PlanInput, planInputs, readFigures } from '../plan-inputs.ts';
import { planResult } from '../plan-result.ts';
import { closingLines, loadLines, poolRows } from '../plan-text.ts';
import { workersSweep } from '../report/sweeps.ts';
import { type FormInput, type PlanMessage, planRequestSchema } from './protocol.ts';

/** The worker's end of its channel. */
export interface PlanChannel {
  readonly post: (message: PlanMessage) => void;
  readonly onMessage: (listener: (data: unknown) => void) => void;
}

/** Says what can be asked for, and answers each request with a plan, or with what is wrong with it. */
export function servePlan({ post, onMessage }: PlanChannel): void {
  onMessage((data) => {
    try {
      answer(new Map(Object.entries(planRequestSchema.parse(data))), post);
    } catch (error) {
      post(refusal(error));
    }
  });
  post({ type: 'inputs', inputs: planInputs.map(formInput) });
}

function answer(texts: ReadonlyMap<string, string>, post: PlanChannel['post']): void {
  const figures = readFigures(texts);
  const result = planResult({ needs: needsOf(figures) }, figures);
  const given = planInputs.flatMap((input) => {
    const text = texts.get(inputName(input));
    return text === undefined ? [] : [`--${inputName(input)}=${text}`];
  });
  post({
    type: 'plan',
    command: ['pnpm capacity', ...given].join(' '),
    load: loadLines(result),
    table: poolRows(result),
    closing: closingLines(result),
  });
  post({ type: 'sweep', sweep: workersSweep(result) });
}

function refusal(error: unknown): PlanMessage {
  const isExpected = error instanceof UsageError || error instanceof NoModelError;
  const message = isExpected
    ? error.message
    : `This is a defect of the calculator: ${String(error)}`;
  return { type: 'refused', message, input: /--([a-z][a-z-]*)/.exec(message)?.[1] };
}

function formInput(input: PlanInput): FormInput {
  const { description, unit = '', names = [], read } = input;
  const [, label = description, preset = ''] =
    /^(.*?)(?:: [^:()]*)? \(default: (.*)\)$/.exec(description) ?? [];
  return {
    name: inputName(input),
    label,
    unit,
    range: 'range' in read ? `${read.range}, e.g. ${read.example}` : '',
    choices: names,
    preset,
  };
}
