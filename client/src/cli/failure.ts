import { relative } from 'node:path';
import { type ErrorKind, isCancelled, isWaybillError } from '../errors.ts';
import { exit } from './command.ts';
import { type Output, paint } from './output.ts';

/** Shows why a call failed, in the one place where the CLI does so, and answers its exit code. */
export function showFailure(error: unknown, output: Output, directory: string): number {
  const kind: ErrorKind = isWaybillError(error) ? error.waybill : isCancelled(error) ? 'cancelled' : 'internal';
  const message = kind === 'cancelled' ? 'Stopped.' : error instanceof Error ? error.message : String(error);
  const advice = isWaybillError(error)
    ? error.advice
    : kind === 'cancelled'
      ? ''
      : 'This is a fault of Waybill; please report it with the command.';
  const at = isWaybillError(error) ? error.at : undefined;
  output.event({ type: 'error', kind, message, advice, ...(at ? { at } : {}) });
  output.note(`${paint(output.colour, 'red', kind === 'cancelled' ? 'stopped' : 'error')}: ${message}`);
  if (at) output.note(`  at ${relative(directory, at.file) || at.file}:${at.line}`);
  if (advice) output.note(`  ${advice}`);
  if (kind === 'internal' && error instanceof Error && process.env.WAYBILL_DEBUG) output.note(error.stack ?? '');
  return exitCode(kind);
}

/** Bad input is told apart from a bad release, and both from what could not be done. */
export function exitCode(kind: ErrorKind): number {
  if (kind === 'usage' || kind === 'configuration') return exit.usage;
  if (kind === 'refused' || kind === 'build-failed') return exit.findings;
  return exit.failed;
}
