import { type Section, type Setting, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { addSetting } from '../companions.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Report } from '../rule.ts';

const keys = ['logfile', 'stdout_logfile', 'stderr_logfile'];

/** A pipe cannot be rotated: Supervisor asks how far it is and gets "Illegal seek". */
export const rule: ManifestRule = {
  summary: 'A log that goes to `/dev/stdout` or another pipe has its `…_maxbytes` at 0.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => (supervisor ? keys.flatMap((key) => judge(supervisor, section, key) ?? []) : [])),
};

function judge(file: SupervisorFile, section: Section, key: string): Report | undefined {
  const log = settingOf(section, key);
  if (!log || !isPipe(log)) return undefined;
  const name = `${key}_maxbytes`;
  const limit = settingOf(section, name);
  if (limit && (limit.value.includes('%(') || /^0+(?:[kmg]b)?$/i.test(limit.value))) return undefined;
  const edit = limit ? { range: limit.valueRange, text: '0' } : addSetting(file, section, `${name}=0`);
  return {
    range: limit?.valueRange ?? log.valueRange,
    message: `\`${log.value}\` cannot be rotated, and ${limit ? `\`${name}\` asks for it` : `by default that is tried at 50MB`}: Supervisor gives the program up with "Illegal seek". Set \`${name}=0\`.`,
    fixes: [{ title: `Set \`${name}=0\``, edits: [edit] }],
  };
}

function isPipe({ value }: Setting): boolean {
  return /^\/dev\/(?:stdout|stderr|fd\/\d+|tty)$|^\/proc\/(?:self|1)\/fd\/\d+$/.test(value);
}
