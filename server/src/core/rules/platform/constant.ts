import { withGap } from '../../dockerfile/lineSpan.ts';
import type { Dockerfile, Flag, FromInstruction, Stage } from '../../dockerfile/model.ts';
import { onWindows } from '../../dockerfile/parse.ts';
import { expand } from '../../dockerfile/variables.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';
import { replacement } from '../edits.ts';
import type { Report } from '../rule.ts';

/** FROM does not fix the platform. */
export const rule: DockerfileRule = {
  summary: 'FROM does not fix the platform of a stage that is not named after it.',
  severity: 'warning',
  aliases: ['DL3029', 'FromPlatformFlagConstDisallowed'],
  fixable: true,
  needs: ['platform'],
  check: (context) => {
    // Tools of Linux that serve an image of Windows cross systems on purpose.
    if (context.target && isWindows(context.file, context.target)) return [];
    return context.file.stages.flatMap(({ from }) => {
      const flag = platformFlag(from);
      return flag ? (reportOf(context, from, flag) ?? []) : [];
    });
  },
};

const platformFlag = (from: FromInstruction): Flag | undefined => from.flags.find(({ name }) => name === 'platform');

/** Users, folders and programs that only Windows has. */
const ofWindows = /\bContainer(?:Administrator|User)\b|(?:^|[\s"'=;])[A-Z]:\\|\/Windows\/|\.(?:exe|dll|ps1)\b/i;

function isWindows({ uri, text }: Dockerfile, stage: Stage): boolean {
  if (onWindows(stage) || /^windows\b/i.test(platformFlag(stage.from)?.value?.value ?? '')) return true;
  return /windows/i.test(uri.slice(uri.lastIndexOf('/'))) || ofWindows.test(text.slice(stage.span.start, stage.span.end));
}

function reportOf(context: DockerfileContext, from: FromInstruction, flag: Flag): Report | undefined {
  const written = flag.value?.value ?? '';
  if (!flag.value || written === '' || written.includes('$')) return undefined;
  const [os = '', architecture = ''] = written.toLowerCase().split('/');
  // Images of Windows exist for Windows alone, and no other machine builds them.
  if (os === 'windows') return undefined;
  const name = from.name?.value.toLowerCase() ?? '';
  if ((os !== '' && name.includes(os)) || (architecture !== '' && name.includes(architecture))) return undefined;
  return {
    range: context.range(flag.value),
    message:
      `The stage is always \`${written}\`, whatever the build is for: on other machines it is emulated or does not start. ` +
      'Leave `--platform` to the build, use `$BUILDPLATFORM` for tools, or name the stage after the platform.',
    fixes: [replacement(context, withGap(context.file.text, flag), '', 'Remove `--platform`', true)],
  };
}

/** The platform of a FROM with variables replaced by their defaults, if that is known. */
export function platformOf(context: DockerfileContext, from: FromInstruction): string | undefined {
  const value = from.flags.find(({ name }) => name === 'platform')?.value;
  return value ? expand(value.text, (name) => context.file.globalArgs.get(name), context.file.escapeMark).value : undefined;
}
