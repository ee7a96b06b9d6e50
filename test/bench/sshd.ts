// A real ssh server on a free port with keys of its own, for ssh:// builders.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Component, command, environment, freePort, startDaemon, stopping, untilReady, withClaim } from './component.ts';
import { needPackages } from './install.ts';
import type { Claim } from './ledger.ts';

export interface SshdOptions {
  /** Socket of the engine that `docker system dial-stdio` reaches on this host. */
  readonly dockerSocket?: string;
}

export interface Sshd extends Component {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Path of the client's private key, without a passphrase. */
  readonly key: string;
  /** Path of a known_hosts file with the server's key. */
  readonly knownHosts: string;
  /** Path of a client configuration: `ssh -F CONFIG bench` connects with key and verified host. */
  readonly config: string;
  readonly log: string;
}

/** Starts the server for the current user; ready when it greets. Needs root, as sshd does for a session. */
export function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  return withClaim((claim) => startClaimed(claim, options));
}

async function startClaimed(claim: Claim, options: SshdOptions): Promise<Sshd> {
  needPackages('sshd');
  const folder = claim.folder();
  const port = await freePort();
  const { username: user } = userInfo();
  const [hostKey, key] = [join(folder, 'host_key'), join(folder, 'id_ed25519')];
  for (const path of [hostKey, key]) await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', path]);
  const authorised = join(folder, 'authorized_keys');
  copyFileSync(`${key}.pub`, authorised);
  chmodSync(authorised, 0o600);
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 }); // Its privilege separation folder; Debian's service makes it.
  const server = [
    ...[
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `PidFile ${join(folder, 'pid')}`,
      `AuthorizedKeysFile ${authorised}`,
    ],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'UsePAM no', 'PermitRootLogin prohibit-password', 'StrictModes no'],
    ...['MaxStartups 100', 'MaxSessions 100', ...(options.dockerSocket ? [`SetEnv DOCKER_HOST=unix://${options.dockerSocket}`] : [])],
  ];
  writeFileSync(join(folder, 'sshd_config'), `${server.join('\n')}\n`);
  const [kind, publicKey] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ');
  const knownHosts = join(folder, 'known_hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${kind} ${publicKey}\n`);
  const client = [
    ...['Host bench', '  HostName 127.0.0.1', `  Port ${port}`, `  User ${user}`, `  IdentityFile ${key}`, '  IdentitiesOnly yes'],
    ...[`  UserKnownHostsFile ${knownHosts}`, '  StrictHostKeyChecking yes', '  BatchMode yes'],
  ];
  const config = join(folder, 'ssh_config');
  writeFileSync(config, `${client.join('\n')}\n`);
  const log = join(folder, 'sshd.log');
  const program = (await command('sh', ['-c', 'command -v sshd'], { env: environment() })).trim(); // It starts itself anew, by its full path.
  const args = ['-D', '-e', '-f', join(folder, 'sshd_config')];
  const daemon = startDaemon(claim, { name: 'sshd', command: program, args, log });
  await untilReady(daemon, () => greeting(port));
  return { ...stopping(claim), host: '127.0.0.1', port, user, key, knownHosts, config, log };
}

function greeting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 2_000 });
    socket.on('error', reject);
    socket.on('timeout', () => socket.destroy(new Error('no greeting')));
    socket.on('data', (data) => {
      socket.destroy();
      if (data.toString('latin1').startsWith('SSH-2.0')) resolve();
      else reject(new Error('not an ssh server'));
    });
  });
}
