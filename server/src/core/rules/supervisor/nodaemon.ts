import { isTrue, type Section, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { addSetting, dockerfilesAround, serviceAround } from '../companions.ts';
import type { ManifestContext, ManifestRule } from '../manifestContext.ts';
import type { Fix } from '../rule.ts';

/** A container ends with its first process: Supervisor must not leave the foreground. */
export const rule: ManifestRule = {
  summary: 'Supervisor stays in the foreground: `nodaemon=true`, or `-n` where it is started.',
  severity: 'error',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check(context) {
    const { supervisor } = context;
    const section = supervisor?.sections.find(({ kind }) => kind === 'supervisord');
    const setting = settingOf(section, 'nodaemon');
    if (!supervisor || !section || isTrue(setting) || setting?.value.includes('%(')) return [];
    const commands = startCommands(context);
    if (commands.some(staysInFront)) return [];
    const started = commands.length > 0;
    return [
      {
        range: setting?.valueRange ?? section.range,
        message: `Supervisor goes to the background, and the container ends at once${started ? '' : ', unless it is started with `-n`'}: set \`nodaemon=true\`.`,
        severity: started ? 'error' : 'info',
        fixes: [fix(supervisor, section)],
      },
    ];
  },
};

/** The commands of the Dockerfiles around, and of the base image of the service, that start Supervisor. */
function startCommands(context: ManifestContext): readonly string[] {
  const own = dockerfilesAround(context).flatMap((text) => text.match(/^[ \t]*(?:CMD|ENTRYPOINT)\b(?:\\\r?\n|.)*$/gim) ?? []);
  const service = serviceAround(context);
  const base = context.standards?.images.find(({ name }) => name === service?.base?.text)?.config;
  const inherited = [...(base?.entrypoint ?? []), ...(base?.cmd ?? [])].map((word) => `"${word}"`).join(' ');
  return [...own, inherited].filter((command) => command.includes('supervisord'));
}

function staysInFront(command: string): boolean {
  return /["'\s](?:-n|--nodaemon)(?:["'\s,\]]|$)/.test(command);
}

function fix(file: SupervisorFile, section: Section): Fix {
  const setting = settingOf(section, 'nodaemon');
  const edit = setting ? { range: setting.valueRange, text: 'true' } : addSetting(file, section, 'nodaemon=true');
  return { title: 'Stay in the foreground', edits: [edit] };
}
