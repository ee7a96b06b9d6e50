/** What Supervisor 4 knows: sections and their keys. After the manual's chapter "Configuration File", in own words. */

export type ValueKind = 'text' | 'boolean' | 'restart' | 'integer' | 'bytes' | 'level' | 'signal' | 'octal';

export interface KnownKey {
  readonly name: string;
  readonly about: string;
  readonly kind: ValueKind;
  readonly fallback?: string;
  readonly required?: boolean;
}

export interface KnownSection {
  readonly name: string;
  readonly about: string;
  /** Written with a name: `[program:name]`. */
  readonly named: boolean;
  readonly keys: readonly KnownKey[];
  /** Other keys are handed on to whoever implements it. */
  readonly open?: boolean;
}

const key = (name: string, kind: ValueKind, fallback: string | undefined, about: string, required = false): KnownKey => ({
  name,
  about,
  kind,
  ...(fallback === undefined ? {} : { fallback }),
  ...(required ? { required } : {}),
});

const login = [
  key('username', 'text', undefined, 'Name that callers of this server must give. Without it everyone may call.'),
  key('password', 'text', undefined, 'Password for `username`: in clear, or `{SHA}` with the hexadecimal SHA-1.'),
];

const output = (stream: 'stdout' | 'stderr'): readonly KnownKey[] => [
  key(
    `${stream}_logfile`,
    'text',
    'AUTO',
    `File for what the program writes to ${stream}. \`AUTO\` is a temporary file that is deleted at the next start, \`NONE\` is none. In a container write \`/dev/${stream}\` with \`${stream}_logfile_maxbytes=0\`.`,
  ),
  key(
    `${stream}_logfile_maxbytes`,
    'bytes',
    '50MB',
    `Size at which the file is rotated; \`0\` never rotates. Must be \`0\` for \`/dev/stdout\` and other pipes, which cannot be rotated.`,
  ),
  key(`${stream}_logfile_backups`, 'integer', '10', 'How many rotated files are kept.'),
  key(
    `${stream}_capture_maxbytes`,
    'bytes',
    '0',
    'Size of the buffer for events that the program writes into its output; `0` switches it off.',
  ),
  key(`${stream}_events_enabled`, 'boolean', 'false', `Makes an event of everything that is written to ${stream}, for event listeners.`),
  key(`${stream}_syslog`, 'boolean', 'false', `Sends ${stream} to syslog as well.`),
];

const program: readonly KnownKey[] = [
  key(
    'command',
    'text',
    undefined,
    'What is started: no shell reads it, so `&&`, `$NAME` and `>` mean nothing. The program must stay in the foreground. `%(ENV_NAME)s` stands for a variable.',
    true,
  ),
  key('process_name', 'text', '%(program_name)s', 'Name of each process; must have `%(process_num)02d` in it when `numprocs` is above 1.'),
  key('numprocs', 'integer', '1', 'How many processes of this program run.'),
  key('numprocs_start', 'integer', '0', 'Number of the first process.'),
  key('priority', 'integer', '999', 'Order: lower ones start first and stop last.'),
  key('autostart', 'boolean', 'true', 'Starts with Supervisor.'),
  key(
    'autorestart',
    'restart',
    'unexpected',
    'Starts again after an end: `true` always, `false` never, `unexpected` when the exit code is not in `exitcodes`.',
  ),
  key('startsecs', 'integer', '1', 'Seconds that it must run to count as started; `0` for programs that end at once.'),
  key(
    'startretries',
    'integer',
    '3',
    'Attempts before it is given up as `FATAL`. Supervisor itself goes on then, and so does the container.',
  ),
  key('exitcodes', 'text', '0', 'Exit codes that are as expected, separated by commas.'),
  key('stopsignal', 'signal', 'TERM', 'Signal that asks it to end.'),
  key('stopwaitsecs', 'integer', '10', 'Seconds between that signal and SIGKILL. Shorter than the grace period of the container.'),
  key('stopasgroup', 'boolean', 'false', 'Sends the stop signal to its children as well; for programs behind a shell.'),
  key('killasgroup', 'boolean', 'false', 'Sends SIGKILL to its children as well.'),
  key('user', 'text', undefined, 'Account that it runs under; only when Supervisor is root.'),
  key('redirect_stderr', 'boolean', 'false', 'Writes stderr where stdout goes.'),
  ...output('stdout'),
  ...output('stderr'),
  key('environment', 'text', undefined, 'Variables for it: `KEY="value",OTHER="value"`. A percent sign is written twice.'),
  key('directory', 'text', undefined, 'Folder that it starts in.'),
  key('umask', 'octal', undefined, 'Mask for the rights of new files, as an octal number.'),
  key('serverurl', 'text', 'AUTO', 'Address of Supervisor’s server, given to it as `SUPERVISOR_SERVER_URL`.'),
];

/** All sections, the usual ones first. */
export const knownSections: readonly KnownSection[] = [
  {
    name: 'supervisord',
    about: 'Supervisor itself.',
    named: false,
    keys: [
      key('nodaemon', 'boolean', 'false', 'Stays in the foreground. Needed in a container: it ends when its first process does.'),
      key(
        'logfile',
        'text',
        '$CWD/supervisord.log',
        'Its own log. In a container `/dev/null`, or `/dev/stdout` with `logfile_maxbytes=0`.',
      ),
      key('logfile_maxbytes', 'bytes', '50MB', 'Size at which its log is rotated; `0` never.'),
      key('logfile_backups', 'integer', '10', 'How many rotated logs are kept.'),
      key('loglevel', 'level', 'info', 'How much it logs.'),
      key('pidfile', 'text', '$CWD/supervisord.pid', 'File for its process id.'),
      key('user', 'text', undefined, 'Account that it changes to when started as root.'),
      key('umask', 'octal', '022', 'Mask for the rights of new files.'),
      key('minfds', 'integer', '1024', 'File descriptors that must be available.'),
      key('minprocs', 'integer', '200', 'Processes that must be available.'),
      key('nocleanup', 'boolean', 'false', 'Keeps the `AUTO` logs of earlier runs.'),
      key('childlogdir', 'text', undefined, 'Folder of `AUTO` logs.'),
      key('directory', 'text', undefined, 'Folder that it changes to when it becomes a daemon.'),
      key('strip_ansi', 'boolean', 'false', 'Takes colours out of the logs of programs.'),
      key('environment', 'text', undefined, 'Variables for itself and all programs: `KEY="value",OTHER="value"`.'),
      key('identifier', 'text', 'supervisor', 'Its name for callers.'),
      key('silent', 'boolean', 'false', 'Writes nothing to stdout while in the foreground.'),
    ],
  },
  { name: 'program', about: 'A program that Supervisor starts and watches.', named: true, keys: program },
  {
    name: 'eventlistener',
    about: 'A program that is told what happens to the others, on its stdin.',
    named: true,
    keys: [
      key(
        'events',
        'text',
        undefined,
        'Events that it is told of, separated by commas: `PROCESS_STATE_FATAL`, `PROCESS_STATE_EXITED`, `TICK_60`, …',
        true,
      ),
      key('buffer_size', 'integer', '10', 'Events that wait for it; older ones are lost.'),
      key('result_handler', 'text', 'supervisor.dispatchers:default_handler', 'Python function that judges its answers.'),
      ...program.filter(({ name }) => !name.endsWith('_capture_maxbytes')),
    ],
  },
  {
    name: 'group',
    about: 'Programs that are started and stopped together.',
    named: true,
    keys: [
      key('programs', 'text', undefined, 'Names of the programs, separated by commas.', true),
      key('priority', 'integer', '999', 'Order of the group: lower ones start first and stop last.'),
    ],
  },
  {
    name: 'fcgi-program',
    about: 'Programs that share a listening socket, which they get as file descriptor 0.',
    named: true,
    keys: [
      key('socket', 'text', undefined, 'The socket: `tcp://localhost:9002` or `unix:///path/to.sock`.', true),
      key('socket_owner', 'text', undefined, 'Owner of a unix socket: `user` or `user:group`.'),
      key('socket_mode', 'octal', '0700', 'Rights of a unix socket.'),
      key('socket_backlog', 'integer', undefined, 'Connections that may wait.'),
      ...program,
    ],
  },
  {
    name: 'unix_http_server',
    about: 'Server for `supervisorctl` on a unix socket.',
    named: false,
    keys: [
      key('file', 'text', undefined, 'Path of the socket.'),
      key('chmod', 'octal', '0700', 'Rights of the socket.'),
      key('chown', 'text', undefined, 'Owner of the socket: `user` or `user:group`.'),
      ...login,
    ],
  },
  {
    name: 'inet_http_server',
    about: 'Server for `supervisorctl` and browsers on a port. Whoever reaches it may start and stop programs.',
    named: false,
    keys: [key('port', 'text', undefined, 'Address: `127.0.0.1:9001`; `*:9001` listens on all.', true), ...login],
  },
  {
    name: 'supervisorctl',
    about: 'Settings of the program `supervisorctl`.',
    named: false,
    keys: [
      key('serverurl', 'text', 'http://localhost:9001', 'Where it finds Supervisor: `unix:///run/supervisor.sock` or `http://…`.'),
      ...login,
      key('prompt', 'text', 'supervisor', 'What it shows before each command.'),
      key('history_file', 'text', undefined, 'File for the commands that were typed.'),
    ],
  },
  {
    name: 'include',
    about: 'Other files that belong to this one.',
    named: false,
    keys: [key('files', 'text', undefined, 'Globs separated by blanks, relative to this file.', true)],
  },
  {
    name: 'rpcinterface',
    about: 'What callers may ask Supervisor for. `[rpcinterface:supervisor]` is needed by `supervisorctl`.',
    named: true,
    open: true,
    keys: [
      key(
        'supervisor.rpcinterface_factory',
        'text',
        undefined,
        'Python function that makes it: `supervisor.rpcinterface:make_main_rpcinterface`.',
      ),
    ],
  },
  {
    name: 'ctlplugin',
    about: 'More commands for `supervisorctl`.',
    named: true,
    open: true,
    keys: [key('supervisor.ctl_factory', 'text', undefined, 'Python function that makes them.')],
  },
];

/** The words that a value of a kind may be. */
export const valueWords: Readonly<Partial<Record<ValueKind, readonly string[]>>> = {
  boolean: ['true', 'false'],
  restart: ['true', 'false', 'unexpected'],
  level: ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'],
  signal: ['TERM', 'HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2'],
};

/** Names that `%(name)s` may have besides `ENV_…`. */
export const expansions = ['program_name', 'process_num', 'group_name', 'host_node_name', 'here', 'numprocs'];

export function knownSection(name: string): KnownSection | undefined {
  return knownSections.find((section) => section.name === name);
}
