import type { Fault, FaultKind, PartitionFault } from './fault.ts';
import { suggest } from './nearest.ts';

/** Something that faults can strike, and how. */
export interface FaultTarget {
  readonly name: string;
  readonly kind: 'service' | 'store' | 'channel' | 'process';
  /** Names of its operations; channels and processes have none. */
  readonly operations: readonly string[];
  /** What its keys are, in the plural; `undefined`: its calls carry none. */
  readonly keys: string | undefined;
  /** Whether who receives can tell that something was changed on the way. Default: nobody can. */
  readonly isChecked?: boolean;
}

const kindsOf: Readonly<Record<FaultTarget['kind'], readonly FaultKind[]>> = {
  service: [
    'hang',
    'error',
    'slow',
    'reset',
    'flap',
    'duplicate',
    'reorder',
    'drop-response',
    'cut',
    'dribble',
    'partition',
  ],
  store: ['hang', 'error', 'slow', 'reset', 'flap', 'drop-response', 'cut', 'partition'],
  channel: ['hang', 'slow', 'flap', 'duplicate', 'reorder', 'drop-response', 'partition'],
  process: ['crash', 'clock'],
};

/** The kinds of fault that a target can have. */
export const faultKindsOf = ({
  kind,
  isChecked,
}: Pick<FaultTarget, 'kind' | 'isChecked'>): readonly FaultKind[] =>
  isChecked === true ? [...kindsOf[kind], 'corrupt'] : kindsOf[kind];

/** Whether a fault may strike a share: a process is struck whole, and a network is split or it is not. */
export const canHaveShare = (kind: FaultKind): boolean =>
  kind !== 'partition' && !kindsOf.process.includes(kind);

/**
 * Checks before a run that each fault strikes something that exists, in a way that it can have.
 *
 * @throws RangeError naming the fault, the value and what would be valid.
 */
export function checkFaultTargets(faults: readonly Fault[], targets: readonly FaultTarget[]): void {
  for (const fault of faults) {
    const problem = faultProblem(fault, targets);
    if (problem === undefined) continue;
    const of = fault.id === undefined ? '' : ` "${fault.id}"`;
    throw new RangeError(`Invalid fault${of}: ${problem.cause}. ${problem.remedy}`);
  }
}

interface FaultProblem {
  readonly cause: string;
  readonly remedy: string;
}

/** What is wrong with a fault, and what to do about it; `undefined` when its target can have it. */
export function faultProblem(
  fault: Fault,
  targets: readonly FaultTarget[],
): FaultProblem | undefined {
  const { service, kind, operation } = fault;
  const target = targets.find(({ name }) => name === service);
  if (target === undefined) {
    const names = targets.map(({ name }) => name);
    return { cause: `there is no service "${service}"`, remedy: suggest(service, names) };
  }
  const unfit = unfitKind(target, kind);
  if (unfit !== undefined) return unfit;
  if (operation !== undefined && !target.operations.includes(operation)) {
    return {
      cause: `${service} has no operation "${operation}"`,
      remedy: suggest(operation, target.operations),
    };
  }
  if (fault.of === 'keys' && target.keys === undefined) {
    return {
      cause: `the calls of ${service} carry no key, and of is "keys"`,
      remedy: 'Use of=calls, or leave it out.',
    };
  }
  if (target.kind === 'process' && (fault.share !== undefined || fault.of !== undefined)) {
    return { cause: `a process cannot have a share of ${kind}`, remedy: 'Leave share and of out.' };
  }
  if (fault.kind === 'partition') return partitionProblem(fault, targets);
  return fault.kind === 'crash' && fault.after !== undefined
    ? afterProblem(fault.after, targets)
    : undefined;
}

/** Why a target cannot have a kind of fault; `undefined` when it can. */
export function unfitKind(target: FaultTarget, kind: FaultKind): FaultProblem | undefined {
  const { name, kind: what } = target;
  const kinds = faultKindsOf(target);
  if (kinds.includes(kind)) return undefined;
  const cause =
    kind === 'corrupt' && what === 'channel'
      ? `nobody can tell that a message of ${name} was changed: it is neither signed nor has it a checksum`
      : `${name} is a ${what}, and cannot have ${kind}`;
  return { cause, remedy: `Use one of ${kinds.join(', ')}.` };
}

/** A network is split or it is not, and between whom. */
function partitionProblem(
  { process, operation, share, of }: PartitionFault,
  targets: readonly FaultTarget[],
): FaultProblem | undefined {
  if (operation !== undefined || share !== undefined || of !== undefined) {
    return {
      cause: 'a partition takes every call between a process and the service',
      remedy: 'Leave operation, share and of out.',
    };
  }
  const processes = targets.flatMap(({ kind, name }) => (kind === 'process' ? [name] : []));
  if (process === undefined || processes.includes(process)) return undefined;
  return { cause: `there is no process "${process}"`, remedy: suggest(process, processes) };
}

/** What is wrong with the operation after which a process is to crash. */
function afterProblem(after: string, targets: readonly FaultTarget[]): FaultProblem | undefined {
  const services = targets.flatMap(({ operations, name }) => (operations.length > 0 ? [name] : []));
  const operations = operationsOf(targets);
  if (services.includes(after) || operations.includes(after)) return undefined;
  const isOperation = after.includes('.');
  return {
    cause: `there is no ${isOperation ? 'operation' : 'service'} "${after}"`,
    remedy: suggest(after, isOperation ? operations : services),
  };
}

/** Every operation of the services that faults can strike, as `service.operation`. */
export const operationsOf = (targets: readonly FaultTarget[]): readonly string[] =>
  targets.flatMap(({ name, operations }) => operations.map((each) => `${name}.${each}`));
