/** Asks the API server what one may do, before anything is tried (SelfSubjectAccessReview, authorization.k8s.io/v1). */
import { fail } from '../errors.ts';
import type { Api } from './request.ts';

export interface Permission {
  readonly verb: string;
  readonly group: string;
  /** Plural; a subresource after a slash: `pods/log`. */
  readonly resource: string;
}

/** The permissions among `wanted` that the user has not got in the namespace. */
export async function missingPermissions(
  api: Api,
  namespace: string,
  wanted: readonly Permission[],
  signal: AbortSignal,
): Promise<readonly Permission[]> {
  const answers = await Promise.all(wanted.map((permission) => allowed(api, namespace, permission, signal)));
  return wanted.filter((_, index) => !answers[index]);
}

async function allowed(api: Api, namespace: string, permission: Permission, signal: AbortSignal): Promise<boolean> {
  const [resource, subresource] = permission.resource.split('/');
  const answer = await api.send<{ readonly status?: { readonly allowed?: boolean } }>(
    {
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            namespace,
            verb: permission.verb,
            group: permission.group,
            resource,
            ...(subresource ? { subresource } : {}),
          },
        },
      },
    },
    signal,
  );
  return answer.body.status?.allowed === true;
}

/** `patch deployments.apps`. */
export const permissionText = (permission: Permission): string =>
  `${permission.verb} ${permission.resource}${permission.group === '' ? '' : `.${permission.group}`}`;

/** Throws `unauthorized`, with the rule to ask for, when one of the permissions is missing; `what` continues "You may not". */
export async function requirePermissions(
  api: Api,
  namespace: string,
  needed: readonly Permission[],
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const missing = await missingPermissions(api, namespace, needed, signal);
  if (missing.length > 0) throw denied(namespace, missing, what);
}

const denied = (namespace: string, missing: readonly Permission[], what: string): Error =>
  fail(
    'unauthorized',
    `You may not ${what} in namespace ${namespace}: ${missing.map(permissionText).join(', ')} is not allowed.`,
    `Ask for a Role with that rule in ${namespace}.`,
  );
