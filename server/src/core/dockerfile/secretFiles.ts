const names: readonly RegExp[] = [
  /^\.env(?:\.(?:local|prod(?:uction)?|secrets?))?$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /^\.(?:npmrc|pypirc|netrc|git-credentials|pgpass|my\.cnf|dockercfg|htpasswd|yarnrc\.yml)$/,
  /\.(?:p12|pfx|kdbx|ovpn|ppk|key)$/,
  /^(?:private|server|client|tls)?[-_.]?key\.pem$/,
  /^(?:credentials|service-account|gcp-key|client_secret)[\w-]*\.json$/,
  /^kubeconfig$|^\.?secrets?(?:\.(?:ya?ml|json|env|txt))?$/,
];
const folders: readonly RegExp[] = [
  /(?:^|\/)\.ssh(?:\/|$)/,
  /(?:^|\/)\.aws(?:\/|$)/,
  /(?:^|\/)\.docker\/config\.json$/,
  /(?:^|\/)\.kube(?:\/|$)/,
];
const harmless =
  /\.pub(?:\.key)?$|(?:gpg|pgp|apt|repo|release|snapshot|archive|keyring)[^/]*\.key$|public[-_.]?key|\.(?:example|sample|dist|template)$|known_hosts$/;

/** True for a path whose name is that of a file with credentials. */
export function holdsSecrets(path: string): boolean {
  const clean = path.replace(/^["']|["']$/g, '');
  const name = clean.slice(clean.lastIndexOf('/') + 1);
  if (harmless.test(name) || clean.startsWith('<<')) return false;
  return names.some((pattern) => pattern.test(name)) || folders.some((pattern) => pattern.test(clean));
}
