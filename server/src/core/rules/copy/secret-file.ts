import { instructionsOf } from '../../dockerfile/walk.ts';
import type { DockerfileContext, DockerfileRule } from '../context.ts';

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

/** Files that hold secrets are not copied into a layer. */
export const rule: DockerfileRule = {
  summary: 'Private keys and files with credentials are not copied into the image.',
  severity: 'warning',
  aliases: [],
  fixable: false,
  needs: ['COPY', 'ADD'],
  check: (context) =>
    instructionsOf(context.file.instructions, 'COPY', 'ADD').flatMap((instruction) => {
      const shipped = isShipped(context, instruction.stage);
      return instruction.sources
        .filter(({ value }) => holdsSecrets(value))
        .map((source) => ({
          range: context.range(source),
          message:
            `\`${source.value}\` looks like a file with credentials: it stays in a layer ${shipped ? 'of the image, also when a later RUN deletes it' : "of the builder's cache"}. ` +
            'Use `RUN --mount=type=secret` while building, and mount it when the container runs.',
          ...(shipped ? {} : { severity: 'info' as const }),
        }));
    }),
};

function isShipped({ chain }: DockerfileContext, stage: number | undefined): boolean {
  return chain.some(({ index }) => index === stage);
}

function holdsSecrets(path: string): boolean {
  const clean = path.replace(/^["']|["']$/g, '');
  const name = clean.slice(clean.lastIndexOf('/') + 1);
  if (harmless.test(name) || clean.startsWith('<<')) return false;
  return names.some((pattern) => pattern.test(name)) || folders.some((pattern) => pattern.test(clean));
}
