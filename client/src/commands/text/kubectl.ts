/** The command that shows the same as a row does; every word is quoted for a POSIX shell where it needs to be. */
export function kubectlCommand(
  place: { readonly context: string; readonly namespace: string },
  service: string | undefined,
  pod: string | undefined,
): string {
  const where = ['kubectl', '--context', place.context, '-n', place.namespace];
  if (pod !== undefined) return shell([...where, 'describe', 'pod', pod]);
  if (service === undefined) return shell([...where, 'get', 'deployments,pods', '-l', 'app.kubernetes.io/managed-by=waybill']);
  return shell([...where, 'get', 'deployment,pods', '-l', `app.kubernetes.io/name=${service}`]);
}

const shell = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
