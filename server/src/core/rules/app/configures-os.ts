import type { Span } from '../../dockerfile/model.ts';
import type { ShellCommand } from '../../dockerfile/shellModel.ts';
import { shippedInstructions } from '../baseImage.ts';
import type { DockerfileRule } from '../context.ts';

const accounts = 'useradd adduser usermod userdel deluser groupadd addgroup groupmod groupdel delgroup passwd chpasswd chsh vipw visudo';
const system =
  'update-ca-certificates update-ca-trust update-alternatives alternatives locale-gen localedef ldconfig dpkg-reconfigure timedatectl hostnamectl yum-config-manager add-apt-repository apt-key update-crypto-policies authconfig authselect';
const programs = new Set(`${accounts} ${system}`.split(' '));

/** Files of the operating system; those of middleware (`/etc/nginx`) are not among them. */
const files =
  /^\/etc\/(?:passwd|group|g?shadow|sub[ug]id|sudoers(?:\.d\/.*)?|pam\.d\/.*|security\/.*|ssh\/.*|ssl\/.*|pki\/.*|ca-certificates.*|sysctl\.(?:conf|d\/.*)|hosts|hostname|resolv\.conf|nsswitch\.conf|localtime|timezone|locale\.(?:gen|conf)|apt\/.*|yum(?:\.repos\.d\/.*|\.conf)|dnf\/.*|apk\/.*|ld\.so\.(?:conf|preload)(?:\.d\/.*)?|profile(?:\.d\/.*)?|environment|bash\.bashrc|bashrc|cron.*|init\.d\/.*|systemd\/.*|rc\.local|crypto-policies\/.*|selinux\/.*|login\.defs|fstab|inittab)$|^\/(?:usr\/)?lib\/systemd\/|^\/usr\/(?:local\/)?share\/ca-certificates\//;

/** The application layer leaves the operating system as the base image made it. */
export const rule: DockerfileRule = {
  summary: 'The application layer does not change accounts, certificates and settings of the operating system.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['RUN', 'COPY', 'ADD'],
  check(context) {
    if (context.layer !== 'app' || !context.standards) return [];
    return shippedInstructions(context).flatMap((instruction) => {
      const spans =
        instruction.kind === 'RUN'
          ? instruction.script.commands.flatMap(changedBy)
          : (instruction.kind === 'COPY' || instruction.kind === 'ADD') &&
              instruction.destination &&
              isSystem(instruction.destination.value)
            ? [instruction.destination]
            : [];
      return spans.map((span) => ({
        range: context.range(span),
        message:
          'This changes the operating system in the application layer: the next base image brings other settings, and only this service differs. Ask for it in the base image.',
      }));
    });
  },
};

function isSystem(path: string): boolean {
  return files.test(path.endsWith('/') ? `${path}x` : path);
}

function changedBy({ name, words, redirects }: ShellCommand): readonly Span[] {
  const first = words[0];
  if (first && programs.has(name)) return [first];
  const written = redirects?.find(({ operator, target }) => operator.includes('>') && isSystem(target.value));
  if (written) return [written.target];
  const plain = words.slice(1).filter(({ value }) => !value.startsWith('-'));
  if (name === 'cp' || name === 'mv' || name === 'install' || name === 'ln') return plain.slice(-1).filter(({ value }) => isSystem(value));
  if (name === 'tee' || name === 'truncate') return plain.filter(({ value }) => isSystem(value)).slice(0, 1);
  const inPlace = name === 'sed' && words.some(({ value }) => /^(?:-[a-zA-Z]*i|--in-place)/.test(value));
  if (inPlace) return plain.filter(({ value }) => isSystem(value)).slice(0, 1);
  return name === 'sysctl' && words.some(({ value }) => /^(?:-w|--write|-p)/.test(value)) && first ? [first] : [];
}
