import type { PlacedCommand } from '../../dockerfile/commands.ts';
import type { DockerfileRule } from '../context.ts';

const peers = new Set(['free', 'kill', 'mount', 'ps', 'service', 'shutdown', 'ssh', 'top', 'vim']);

const noTerminal = 'needs a person at a terminal, and a build has none';
const noProcess = 'is about running processes, and none of them outlives its RUN';
const noSystem = 'is about a running machine, which a build is not';

const reasons: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['vim', 'vi', 'nano', 'emacs', 'top', 'htop', 'less', 'more'].map((name) => [name, noTerminal])),
  ...Object.fromEntries(['ps', 'kill', 'killall', 'pkill', 'service', 'systemctl'].map((name) => [name, noProcess])),
  ...Object.fromEntries(['free', 'mount', 'umount', 'shutdown', 'reboot', 'poweroff', 'halt'].map((name) => [name, noSystem])),
  ssh: 'reaches another machine, whose answer no layer can keep',
};

/** Commands that do nothing for an image. */
export const rule: DockerfileRule = {
  summary: 'A RUN holds no commands that mean nothing in a build.',
  severity: 'info',
  aliases: ['DL3001'],
  fixable: false,
  programs: Object.keys(reasons),
  check(context) {
    return context.commands.named(...Object.keys(reasons)).flatMap((placed) => {
      const { name, words } = placed.command;
      const word = words[0];
      if (!word || placed.command.pipedFrom !== undefined || hasPurpose(placed)) return [];
      const message = `\`${name}\` ${reasons[name]}. Remove it.`;
      return [{ range: context.range(word), message, aliases: peers.has(name) ? ['DL3001'] : [], tags: ['unnecessary'] as const }];
    });
  },
};

/** What makes such a command useful after all. */
function hasPurpose({ command, run }: PlacedCommand): boolean {
  const values = command.words.slice(1).map(({ value }) => value);
  if (values.some((value) => /^(?:--version|--help|-V)$/.test(value))) return true;
  const others = run.script.commands.filter(({ scope }) => scope === command.scope);
  switch (command.name) {
    case 'vim':
    case 'vi':
    case 'emacs':
      return values.some((value) => /^\+|^-[a-zA-Z]*[cesSE]|^--(?:cmd|batch|script|eval)/.test(value));
    case 'service':
      // Started for the commands behind it, or stopped after those before it.
      return others.length > 1;
    case 'systemctl':
      return !values.some((value) => /^(?:start|stop|restart|reload|status|is-active)$/.test(value));
    case 'kill':
    case 'killall':
    case 'pkill':
      return others.some(({ start }) => start < command.start);
    case 'mount':
    case 'umount':
      return run.flags.some(({ name, value }) => name === 'security' && value?.value === 'insecure');
    case 'ssh':
      return run.flags.some(({ name, value }) => name === 'mount' && /type=(?:ssh|secret)/.test(value?.value ?? ''));
    case 'less':
    case 'more':
      return values.length > 0;
    default:
      return false;
  }
}
