/** The copy's `waybill.environments.local.yaml`: real hosts, contexts and cluster identities, as a developer would write their own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ClusterPin, TlsFiles } from '../../server/src/protocol.ts';
import type { SampleCopy } from './sampleCopy.ts';

/** A Docker Engine as a host address and, for tcp, its TLS files. */
export interface LocalHost {
  readonly host: string;
  readonly tls?: TlsFiles;
}

export interface LocalCluster {
  readonly context: string;
  readonly cluster: ClusterPin;
}

export interface LocalParts {
  readonly builder: LocalHost;
  readonly laptop?: LocalHost;
  readonly dev: LocalHost;
  /** Serves `integration` and `staging`; without it they stay as committed and are shown as not started. */
  readonly cluster?: LocalCluster;
  readonly production?: LocalCluster;
}

/** Writes the local file. It sets hosts, contexts, TLS files and cluster pins, nothing else. */
export async function writeLocalEnvironments(copy: SampleCopy, parts: LocalParts): Promise<void> {
  const kubernetes = (name: string, cluster: LocalCluster | undefined) =>
    cluster ? [{ name, kind: 'kubernetes', kubernetes: { context: cluster.context, cluster: cluster.cluster } }] : [];
  const file = {
    apiVersion: 'waybill.dev/v1',
    kind: 'Environments',
    metadata: { product: 'parcel' },
    builders: [
      {
        name: 'shared',
        members: [
          { name: 'build-1', ...parts.builder },
          { name: 'laptop', ...(parts.laptop ?? parts.dev) },
        ],
      },
    ],
    environments: [
      { name: 'dev', kind: 'compose', compose: { hosts: [{ name: 'here', ...parts.dev }] } },
      ...kubernetes('integration', parts.cluster),
      ...kubernetes('staging', parts.cluster),
      ...kubernetes('production', parts.production),
    ],
  };
  await writeFile(
    join(copy.folder, 'waybill.environments.local.yaml'),
    `# Hosts, contexts and cluster identities of this machine; git-ignored.\n${stringify(file, { lineWidth: 0 })}`,
  );
}
