/** Media types that a manifest may have; all are asked for, else a registry converts or refuses (OCI image-spec, Docker schema 2). */
export const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform & { readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image manifest (`config`, `layers`) or an index (`manifests`). */
export interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

/** What is used of an image configuration (OCI image-spec, config.md). */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly config?: {
    readonly User?: string;
    readonly WorkingDir?: string;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Env?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
  };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** The image for a platform in an index; attestations have no platform of their own. */
export function chooseManifest(index: Manifest, platform: Platform): Descriptor | undefined {
  return index.manifests?.find((entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture);
}
