/** What the exercises of this incident are given: types of the example, and parts that hold already. */

export {
  type Decision,
  fieldsFor,
  fields,
  messageIdOf,
  privacyDesk,
  purposesFor,
  purposesOf,
  roleMay,
} from 'audit-compliance/src/domain.ts';
export { openFields, sealField } from 'audit-compliance/src/implementations/hardened/encryption.ts';
export { accessStream } from 'audit-compliance/src/implementations/hardened/events.ts';
export {
  hardenedParts,
  type Parts,
  startProgram,
} from 'audit-compliance/src/implementations/hardened/program.ts';
export type { CreateSystem } from 'audit-compliance/src/system.ts';
