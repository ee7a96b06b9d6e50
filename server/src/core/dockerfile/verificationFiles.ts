import type { Instruction } from './model.ts';
import type { Unchecked } from './verificationModel.ts';

interface Setting {
  /** The end of the file's path. */
  readonly file: RegExp;
  readonly line: RegExp;
  readonly check: Unchecked['check'];
}

/** Lines of configuration files that switch a check off: curl(1), wget(1), npmrc(5), pip, git-config(1), apt.conf(5), sources.list(5), dnf.conf(5). */
const settings: readonly Setting[] = [
  { file: /curlrc$/, line: /^[ \t]*-{0,2}(?:insecure|k)[ \t]*$/m, check: 'certificate' },
  { file: /wgetrc$/, line: /^[ \t]*check_?certificate[ \t]*=[ \t]*off\b/im, check: 'certificate' },
  { file: /npmrc$/, line: /^[ \t]*strict-ssl[ \t]*=[ \t]*false\b/im, check: 'certificate' },
  { file: /pip\.(?:conf|ini)$/, line: /^[ \t]*trusted-host[ \t]*=.*/im, check: 'certificate' },
  { file: /gitconfig$/, line: /^[ \t]*sslVerify[ \t]*=[ \t]*(?:false|0|no|off)\b/im, check: 'certificate' },
  { file: /apt\.conf(?:\.d\/[^/]+)?$/, line: /^[ \t]*APT::Get::AllowUnauthenticated[ \t]+"?(?:true|1|yes)"?/im, check: 'signature' },
  {
    file: /apt\.conf(?:\.d\/[^/]+)?$/,
    line: /^[ \t]*Acquire::https?(?:::\S+)?::Verify-(?:Peer|Host)[ \t]+"?(?:false|0|no)"?/im,
    check: 'certificate',
  },
  { file: /\.(?:list|sources)$/, line: /\[[^\][\n]*\btrusted=yes\b|^Trusted:[ \t]*yes\b/im, check: 'signature' },
  { file: /\.repo$|(?:yum|dnf)\.conf$/, line: /^[ \t]*(?:repo_|localpkg_)?gpgcheck[ \t]*=[ \t]*(?:0|false|no)\b/im, check: 'signature' },
  { file: /\.repo$|(?:yum|dnf)\.conf$/, line: /^[ \t]*sslverify[ \t]*=[ \t]*(?:0|false|no)\b/im, check: 'certificate' },
];

/** Lines in the heredocs of COPY, ADD and RUN that are written to a configuration file and switch a check off. */
export function uncheckedInHeredocs(text: string, instruction: Instruction): readonly Unchecked[] {
  if (instruction.heredocs.length === 0) return [];
  const targets = targetsOf(instruction);
  return settings.flatMap(({ file, line, check }) => {
    if (!targets.some((target) => file.test(target))) return [];
    return instruction.heredocs.flatMap(({ body }): Unchecked[] => {
      const found = line.exec(text.slice(body.start, body.end));
      if (!found) return [];
      const what = found[0].trim();
      const start = body.start + found.index + found[0].indexOf(what);
      return [{ start, end: start + what.length, what, check }];
    });
  });
}

function targetsOf(instruction: Instruction): readonly string[] {
  if (instruction.kind === 'COPY' || instruction.kind === 'ADD') return [instruction.destination?.value ?? ''];
  if (instruction.kind !== 'RUN') return [];
  return instruction.script.commands.flatMap(({ name, words, redirects = [] }) => [
    ...redirects.map(({ target }) => target.value),
    ...(name === 'tee' ? words.slice(1).map(({ value }) => value) : []),
  ]);
}
