import { isTrue, type Section, type Setting, type SupervisorFile, settingOf } from '../../supervisor/parse.ts';
import { addSetting } from '../companions.ts';
import type { ManifestRule } from '../manifestContext.ts';
import type { Fix, Report } from '../rule.ts';

/** A shell between Supervisor and the program keeps the signal to stop to itself. */
export const rule: ManifestRule = {
  summary: 'A program that is started by way of a shell takes its place with `exec`, or is stopped as a group.',
  severity: 'warning',
  aliases: [],
  fixable: true,
  on: ['supervisor'],
  check: ({ supervisor }) =>
    (supervisor?.sections ?? []).flatMap((section) => {
      const command = settingOf(section, 'command');
      if (!supervisor || section.kind !== 'program' || !command || isTrue(settingOf(section, 'stopasgroup'))) return [];
      return judge(supervisor, section, command) ?? [];
    }),
};

function judge(file: SupervisorFile, section: Section, command: Setting): Report | undefined {
  const shell = /^(?:\S*\/)?(bash|sh|dash|ash|zsh|ksh)\s+(?:-\w+\s+)*-\w*c\s+(["'])([\s\S]*)\2\s*$/.exec(command.value);
  if (!shell) return undefined;
  const script = shell[3] ?? '';
  const scriptAt = command.value.indexOf(script, shell[0].length - script.length - 2);
  const parts = commandsOf(script);
  const last = parts.at(-1);
  // Bash and newer shells replace themselves by a lone command.
  if (!last || parts.length === 1 || /^exec\s/.test(last.text)) return undefined;
  const stays = last.before === '|' || /^(?:done|fi|esac|\}|\))|&$/.test(last.text);
  const at = command.valueStart + scriptAt + last.at;
  const single = !command.value.includes('\n') && file.text.startsWith(command.value, command.valueStart);
  const exec: Fix[] =
    stays || !single || !/^[\w./-]+/.test(last.text) || /^(?:cd|export|set|wait|source|eval|if|for|while|case)\b/.test(last.text)
      ? []
      : [
          {
            title: `Start \`${last.text.split(/\s/)[0]}\` with \`exec\``,
            edits: [{ range: file.index.range(at, at), text: 'exec ' }],
            preview: true,
          },
        ];
  return {
    range: single ? file.index.range(at, at + last.text.length) : command.valueRange,
    message: `The signal to stop goes to \`${shell[1]}\`, which does not pass it on: the program is left running, or killed after \`stopwaitsecs\`. Put \`exec\` in front of it, or set \`stopasgroup=true\`.`,
    fixes: [...exec, { title: 'Stop the whole group', edits: [addSetting(file, section, 'stopasgroup=true')], preview: true }],
  };
}

interface Part {
  readonly text: string;
  readonly at: number;
  /** What stands in front of it: `&&`, `;`, `|` … */
  readonly before: string;
}

/** The commands of a script, separated outside of quotes and brackets. */
function commandsOf(script: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  let before = '';
  const take = (to: number) => {
    const raw = script.slice(from, to);
    const text = raw.trim();
    if (text !== '') parts.push({ text, at: from + raw.indexOf(text), before });
  };
  for (const match of script.matchAll(/\\.|"(?:\\.|[^"\\])*"|'[^']*'|\$\((?:[^()]|\([^()]*\))*\)|&&|\|\|?|;|\n/g)) {
    if (!/^(?:&&|\|\|?|;|\n)$/.test(match[0])) continue;
    take(match.index);
    from = match.index + match[0].length;
    before = match[0];
  }
  take(script.length);
  return parts;
}
