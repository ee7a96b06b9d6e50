import { holdsOptions } from '../../dockerfile/options.ts';
import type { PackageCall } from '../../dockerfile/packages.ts';
import { asks, isConfirmed } from '../../dockerfile/packagesOptions.ts';
import { writtenBefore } from '../../dockerfile/settings.ts';
import type { DockerfileRule } from '../context.ts';
import { addedWord } from '../edits.ts';

/** A build has nobody who could answer "Do you want to continue?". */
export const rule: DockerfileRule = {
  summary: 'A package manager that asks before it acts is told yes beforehand.',
  severity: 'warning',
  aliases: ['DL3014', 'DL3030', 'DL3034', 'DL3038'],
  fixable: true,
  needs: ['packages'],
  check(context) {
    return context.commands.calls.flatMap((placed) => {
      const { call, command } = placed;
      if (!asks(call) || isConfirmed(call) || command.pipedFrom !== undefined || command.words.some(holdsOptions)) return [];
      if (writtenBefore(context.file, placed, configuration[call.manager] ?? /$^/, files[call.manager] ?? /$^/)) return [];
      const zypper = call.manager === 'zypper';
      const flag = zypper ? '--non-interactive' : '-y';
      const at = zypper ? (command.words[0]?.end ?? call.verb.end) : call.verb.end;
      return [
        {
          range: context.range(call),
          message: `\`${call.program} ${call.verb.text}\` asks before it acts, and in a build nobody answers: it ends there. Add \`${flag}\`.`,
          aliases: aliasOf(call),
          fixes: [addedWord(context, placed.run, at, flag)],
        },
      ];
    });
  },
};

const configuration: Readonly<Record<string, RegExp>> = {
  apt: /(?<!(?:-o|--option)[\s=]*["']?)APT::Get::(?:Assume-Yes|force-yes)\\*["']?[\s=]+\\*["']*(?:true|1|yes|on)/i,
  dnf: /(?<!--setopt[ =])\bassumeyes\s*=\s*(?:1|true|yes)/i,
  yum: /(?<!--setopt[ =])\bassumeyes\s*=\s*(?:1|true|yes)/i,
};

const files: Readonly<Record<string, RegExp>> = {
  apt: /(?:^|\/)apt\.conf/,
  dnf: /(?:^|\/)(?:dnf|yum)\.conf$|\/etc\/(?:dnf|yum)\/?$/,
  yum: /(?:^|\/)yum\.conf$/,
};

const peers: Readonly<Record<string, readonly [string, RegExp]>> = {
  'apt-get': ['DL3014', /^install$/],
  yum: ['DL3030', /^(?:install|groupinstall|localinstall)$/],
  zypper: ['DL3034', /^(?:install|in|remove|rm|source-install|si|patch)$/],
  dnf: ['DL3038', /^(?:install|groupinstall|localinstall)$/],
  microdnf: ['DL3038', /^(?:install|groupinstall|localinstall)$/],
};

function aliasOf({ program, verb }: PackageCall): readonly string[] {
  const peer = Object.hasOwn(peers, program) ? peers[program] : undefined;
  return peer?.[1].test(verb.value) ? [peer[0]] : [];
}
