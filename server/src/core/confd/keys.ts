/** What confd knows: the keys of template resources and of its own configuration. After its guides, in own words. */

export type ConfdKind = 'text' | 'list' | 'number' | 'boolean';

export interface ConfdKey {
  readonly name: string;
  readonly kind: ConfdKind;
  readonly about: string;
  readonly required?: boolean;
  readonly fallback?: string;
}

const key = (name: string, kind: ConfdKind, about: string, more: { required?: boolean; fallback?: string } = {}): ConfdKey => ({
  name,
  kind,
  about,
  ...more,
});

/** `[template]` of `conf.d/*.toml`. */
export const templateKeys: readonly ConfdKey[] = [
  key('src', 'text', 'The template, relative to the folder `templates` beside `conf.d`.', { required: true }),
  key('dest', 'text', 'The file that is written.', { required: true }),
  key('keys', 'list', 'Keys whose values, and whose children, the template may read. What is not below one of them is empty for it.', {
    required: true,
  }),
  key('check_cmd', 'text', 'Judges the new file before it replaces the old one; `{{.src}}` is its path. When it fails nothing is changed.'),
  key('reload_cmd', 'text', 'Run after the file was replaced.'),
  key('prefix', 'text', 'Put before every key; the template reads keys without it. The prefix of `confd.toml` takes its place.'),
  key('mode', 'text', 'Rights of the file, in octal with a leading zero.', { fallback: '0644' }),
  key('owner', 'text', 'Name of the owner of the file.'),
  key('group', 'text', 'Name of the group of the file.'),
  key('uid', 'number', 'Number of the owner of the file.'),
  key('gid', 'number', 'Number of the group of the file.'),
];

/** `confd.toml`. */
export const configKeys: readonly ConfdKey[] = [
  key(
    'backend',
    'text',
    'Where keys are read: `etcdv3`, `etcd`, `consul`, `redis`, `zookeeper`, `vault`, `dynamodb`, `ssm`, `env`, `file`, `rancher`.',
    {
      fallback: 'etcd',
    },
  ),
  key('nodes', 'list', 'Addresses of the backend.'),
  key('interval', 'number', 'Seconds between two looks at the backend, when it is not watched.', { fallback: '600' }),
  key('watch', 'boolean', 'Waits for changes instead of asking every `interval`.', { fallback: 'false' }),
  key('prefix', 'text', 'Put before every key, in place of the prefix of a template resource.', { fallback: '/' }),
  key('confdir', 'text', 'Folder of `conf.d` and `templates`.', { fallback: '/etc/confd' }),
  key('log-level', 'text', 'How much it logs.', { fallback: 'info' }),
  key('noop', 'boolean', 'Shows what would change, and changes nothing.', { fallback: 'false' }),
  key('sync-only', 'boolean', 'Writes files without `check_cmd` and `reload_cmd`.', { fallback: 'false' }),
  key('scheme', 'text', 'How nodes are reached: `http` or `https`.', { fallback: 'http' }),
  key('client_cakeys', 'text', 'File of the authority that nodes are trusted by.'),
  key('client_cert', 'text', 'File of the certificate that it shows to nodes.'),
  key('client_key', 'text', 'File of the key of that certificate.'),
  key('client_insecure', 'boolean', 'Trusts any node.', { fallback: 'false' }),
  key('basic_auth', 'boolean', 'Gives `username` and `password` to nodes.', { fallback: 'false' }),
  key('username', 'text', 'Name for nodes.'),
  key('password', 'text', 'Password for nodes. Better in the environment than in this file.'),
  key('auth_token', 'text', 'Token for nodes.'),
  key('auth_type', 'text', 'How it shows itself to Vault.'),
  key('srv_domain', 'text', 'Domain whose SRV records name the nodes.'),
  key('srv_record', 'text', 'SRV record that names the nodes.'),
  key('table', 'text', 'Table of DynamoDB.'),
  key('separator', 'text', 'Stands for `/` in keys of Redis.'),
  key('file', 'list', 'YAML files of the backend `file`.'),
  key('filter', 'text', 'Which files of the backend `file` count.', { fallback: '*' }),
  key('app_id', 'text', 'Application for Vault.'),
  key('user_id', 'text', 'User for Vault.'),
  key('role_id', 'text', 'Role for Vault.'),
  key('secret_id', 'text', 'Secret of the role for Vault.'),
  key('path', 'text', 'Where the login of Vault is mounted.'),
];
