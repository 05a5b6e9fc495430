export { InputError } from './errors.ts';
export { type ReportKind, reportKinds, resolveReportPath } from './report-path.ts';
export { reportText } from './report-text.ts';
export { ReportUnwrittenError, saveReport } from './save-report.ts';
export { versionText } from './version.ts';
