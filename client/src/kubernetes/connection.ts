/**
 * Kubeconfig files and authentication. Files are read from the user's own locations only, never changed, and their
 * `current-context` is never looked at: every environment names its context (S2, S16).
 */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import type { Dispatcher } from 'undici';
import { fail } from '../errors.ts';
import { type SharedDispatcher, sharedDispatcher } from './dispatchers.ts';
import { boundPlugins, loginTime } from './execPlugin.ts';
import { tokenFileOf, tokenIn } from './tokenFile.ts';

export interface ConnectionOptions {
  /** Kubeconfig files; default `KUBECONFIG`, else `~/.kube/config`. */
  readonly kubeconfigPaths?: readonly string[] | undefined;
  /** Allows kubeconfigs to start programs for authentication: all, none (default), or those that this says yes to (S16). */
  readonly allowExec?: boolean | ((program: string) => Promise<boolean>) | undefined;
  /** Milliseconds after which a program that logs in is ended; default one minute. */
  readonly loginTime?: number | undefined;
}

/** How one request is authenticated. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher | undefined;
}

/** One context of the kubeconfig, opened. */
export interface Connection {
  readonly context: string;
  /** URL of the API server, without a trailing slash. */
  readonly server: string;
  /** See `hashOfBundle`; undefined when the system's own authorities are trusted. */
  readonly ca: string | undefined;
  authenticate(): Promise<Authentication>;
  /**
   * After a 401: takes the credentials that the kubeconfig has now, and forgets what a program had answered. False when nothing is new, or
   * when the context leads elsewhere by now.
   */
  renew?(): boolean;
  close(): void;
}

/** The kubeconfig files in the order in which they are searched; the first that has a name wins, as in kubectl. */
export function kubeconfigFiles(options: ConnectionOptions): readonly string[] {
  if (options.kubeconfigPaths?.length) return options.kubeconfigPaths;
  const listed = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(homedir(), '.kube', 'config')];
}

/** Changes whenever one of the files changes; lets an open connection be kept until then. */
export function kubeconfigStamp(options: ConnectionOptions): string {
  return kubeconfigFiles(options)
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return `${file}:${found?.mtimeMs ?? 0}:${found?.size ?? 0}`;
    })
    .join('\n');
}

/**
 * SHA-256 over the DER bytes of all certificates of a PEM bundle, in the order they stand in it, as `sha256:` and 64 hex digits.
 * For a bundle of one certificate it equals `openssl x509 -outform DER | sha256sum`; comments and line breaks do not count.
 */
export function hashOfBundle(pem: string): string {
  const hash = createHash('sha256');
  for (const [block] of pem.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)) {
    hash.update(new X509Certificate(block).raw);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Opens a context. No network is touched. Throws `configuration` or `refused`. */
export function openContext(context: string, options: ConnectionOptions): Connection {
  const shared = sharedDispatcher();
  let login = loginOf(context, options);
  let authenticating: Promise<Authentication> | undefined;
  return {
    context,
    server: login.server,
    ca: login.ca,
    // A plugin is not to be started once for each of many requests at the same time.
    authenticate: () => {
      authenticating ??= login.authenticate(shared).finally(() => {
        authenticating = undefined;
      });
      return authenticating;
    },
    renew: () => {
      const fresh = freshLogin(context, options);
      if (!fresh || fresh.server !== login.server || fresh.ca !== login.ca || fresh.fixed === login.fixed) return false;
      login = fresh;
      authenticating = undefined;
      return true;
    },
    close: shared.close,
  };
}

/** What a kubeconfig says of a context at one moment. */
interface Login {
  readonly server: string;
  readonly ca: string | undefined;
  /** The credentials as they stand in the file; unique where a program or a provider answers anew each time. */
  readonly fixed: unknown;
  authenticate(shared: SharedDispatcher): Promise<Authentication>;
}

function freshLogin(context: string, options: ConnectionOptions): Login | undefined {
  try {
    return loginOf(context, options);
  } catch {
    // It is being written at this moment, or was broken: what is known stays.
    return undefined;
  }
}

function loginOf(context: string, options: ConnectionOptions): Login {
  const config = viewOf(context, options);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster) throw broken(context, `its cluster \`${config.getContextObject(context)?.cluster ?? ''}\` is not defined`);
  if (!user) throw broken(context, `its user \`${config.getContextObject(context)?.user ?? ''}\` is not defined`);
  if (cluster.skipTLSVerify) {
    throw fail(
      'refused',
      `The cluster \`${cluster.name}\` of context \`${context}\` is configured without TLS verification, so nobody can tell which cluster answers.`,
      "Put the cluster's CA into the kubeconfig (certificate-authority-data) and remove insecure-skip-tls-verify.",
    );
  }
  const consent = consentOf(context, user, options);
  const tokenFile = tokenFileOf(existing(options), user.name);
  const plugins = boundPlugins(config, context, options.loginTime ?? loginTime);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: bundleHash(context, cluster.caFile, cluster.caData),
    fixed: user.exec || user.authProvider ? Symbol('asked anew') : JSON.stringify(user),
    authenticate: async (shared) => {
      await consent();
      shared.attach(config);
      const found = await authenticate(config).catch((error: unknown) => Promise.reject(plugins.overdue() ?? error));
      return tokenFile === undefined
        ? found
        : { ...found, headers: { ...found.headers, Authorization: `Bearer ${tokenIn(tokenFile, context)}` } };
    },
  };
}

const existing = (options: ConnectionOptions): readonly string[] =>
  kubeconfigFiles(options).filter((file) => statSync(file, { throwIfNoEntry: false }));

/** A configuration of exactly one context, gathered from all files; files that are not there are skipped. */
function viewOf(context: string, options: ConnectionOptions): KubeConfig {
  const files = kubeconfigFiles(options);
  const configs = existing(options).map(readConfig);
  const found = configs.flatMap((config) => config.getContexts()).find((entry) => entry.name === context);
  if (!found) {
    const known = configs.flatMap((config) => config.getContexts().map((entry) => entry.name));
    throw fail(
      'configuration',
      `Context \`${context}\` is not in your kubeconfig.`,
      `Correct \`kubernetes.context\` of the environment, or add the context to ${files.join(' or ')}${known.length > 0 ? `, which has ${known.join(', ')}` : ''}.`,
    );
  }
  const view = new KubeConfig();
  view.loadFromOptions({
    clusters: configs.flatMap((config) => config.getClusters().filter((entry) => entry.name === found.cluster)).slice(0, 1),
    users: configs.flatMap((config) => config.getUsers().filter((entry) => entry.name === found.user)).slice(0, 1),
    contexts: [found],
    currentContext: context,
  });
  return view;
}

function readConfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file, { onInvalidEntry: 'filter' });
  } catch (cause) {
    throw fail('configuration', `The kubeconfig ${file} cannot be read: ${firstLine(cause)}.`, 'Repair or remove the file.', { cause });
  }
  return config;
}

const firstLine = (error: unknown): string => (error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));

const broken = (context: string, why: string): Error =>
  fail('configuration', `The context \`${context}\` cannot be used: ${why}.`, 'Repair the kubeconfig.');

/** Resolves when the programs that the user entry would start are allowed, and throws `refused` before one is started. */
function consentOf(context: string, user: User, options: ConnectionOptions): () => Promise<void> {
  const program = programOf(user);
  const { allowExec } = options;
  if (program === undefined || allowExec === true) return async () => undefined;
  const refused = (): Error =>
    fail(
      'refused',
      `The user \`${user.name}\` of context \`${context}\` is authenticated by running \`${program}\`, which has not been allowed.`,
      'Allow that program on this machine, or use a context with a token or a certificate.',
    );
  if (!allowExec) throw refused();
  let allowed = false;
  return async () => {
    allowed ||= await allowExec(program);
    if (!allowed) throw refused();
  };
}

/** The program that a user entry would start, if any: exec plugins and the old cloud providers. */
function programOf(user: { exec?: unknown; authProvider?: unknown }): string | undefined {
  const member = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (user.exec) return String(member(user.exec, 'command'));
  const settings = member(user.authProvider, 'config');
  const command = member(settings, 'cmd-path') ?? member(member(settings, 'exec'), 'command');
  return command === undefined ? undefined : String(command);
}

function bundleHash(context: string, file: string | undefined, data: string | undefined): string | undefined {
  if (!file && !data) return undefined;
  try {
    const pem = file ? readFileSync(file, 'utf8') : Buffer.from(data ?? '', 'base64').toString('utf8');
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it holds no certificate');
    return hashOfBundle(pem);
  } catch (cause) {
    throw fail('configuration', `The CA of context \`${context}\` cannot be read: ${firstLine(cause)}.`, 'Repair the kubeconfig.', {
      cause,
    });
  }
}

async function authenticate(config: KubeConfig): Promise<Authentication> {
  const headers: Record<string, string> = {};
  let dispatcher: Dispatcher | undefined;
  const request = {
    setHeaderParam: (name: string, value: string) => {
      headers[name] = value;
    },
    setDispatcher: (chosen: Dispatcher) => {
      dispatcher = chosen;
    },
  };
  try {
    // Only these two members are used (client-node 2.0.1, config.js).
    await config.applySecurityAuthentication(request as unknown as Parameters<KubeConfig['applySecurityAuthentication']>[0]);
  } catch (cause) {
    throw fail('unauthorized', `The credentials of the kubeconfig cannot be used: ${firstLine(cause)}.`, 'Log in to the cluster again.', {
      cause,
    });
  }
  return { headers, dispatcher };
}
