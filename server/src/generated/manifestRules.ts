// Derived by test/codegen/rules.ts. Change the rule or its specification, then run the tests with UPDATE=1.
import type { ManifestRule } from '../core/rules/manifestContext.ts';
import { rule as builderNoMatch } from '../core/rules/builder/no-match.ts';
import { rule as componentConflicts } from '../core/rules/component/conflicts.ts';
import { rule as componentCycle } from '../core/rules/component/cycle.ts';
import { rule as componentPortClash } from '../core/rules/component/port-clash.ts';
import { rule as componentRequires } from '../core/rules/component/requires.ts';
import { rule as configUnknownKey } from '../core/rules/config/unknown-key.ts';
import { rule as configUnknownRule } from '../core/rules/config/unknown-rule.ts';
import { rule as configValue } from '../core/rules/config/value.ts';
import { rule as envArgInEnv } from '../core/rules/env/arg-in-env.ts';
import { rule as envUndefined } from '../core/rules/env/undefined.ts';
import { rule as environmentLocal } from '../core/rules/environment/local.ts';
import { rule as environmentOrderCycle } from '../core/rules/environment/order-cycle.ts';
import { rule as environmentParity } from '../core/rules/environment/parity.ts';
import { rule as environmentSharedNamespace } from '../core/rules/environment/shared-namespace.ts';
import { rule as environmentUnknown } from '../core/rules/environment/unknown.ts';
import { rule as environmentUnreachable } from '../core/rules/environment/unreachable.ts';
import { rule as healthMissing } from '../core/rules/health/missing.ts';
import { rule as hostnetNotAllowed } from '../core/rules/hostnet/not-allowed.ts';
import { rule as hostnetPortsIgnored } from '../core/rules/hostnet/ports-ignored.ts';
import { rule as hostnetSurge } from '../core/rules/hostnet/surge.ts';
import { rule as hostportConflict } from '../core/rules/hostport/conflict.ts';
import { rule as ignoreInvalidPattern } from '../core/rules/ignore/invalid-pattern.ts';
import { rule as ignoreUnusedPattern } from '../core/rules/ignore/unused-pattern.ts';
import { rule as ingressHostPathConflict } from '../core/rules/ingress/host-path-conflict.ts';
import { rule as logsPathUncollected } from '../core/rules/logs/path-uncollected.ts';
import { rule as manifestReference } from '../core/rules/manifest/reference.ts';
import { rule as manifestSchema } from '../core/rules/manifest/schema.ts';
import { rule as manifestSyntax } from '../core/rules/manifest/syntax.ts';
import { rule as manifestValue } from '../core/rules/manifest/value.ts';
import { rule as nodeportConflict } from '../core/rules/nodeport/conflict.ts';
import { rule as portExposeMismatch } from '../core/rules/port/expose-mismatch.ts';
import { rule as registrationKeyCollision } from '../core/rules/registration/key-collision.ts';
import { rule as registrationTtlHeartbeat } from '../core/rules/registration/ttl-heartbeat.ts';
import { rule as releasePerEnvironmentBuild } from '../core/rules/release/per-environment-build.ts';
import { rule as resourcesJavaHeap } from '../core/rules/resources/java-heap.ts';
import { rule as resourcesLimitBelowRequest } from '../core/rules/resources/limit-below-request.ts';
import { rule as resourcesMissing } from '../core/rules/resources/missing.ts';
import { rule as secretLiteral } from '../core/rules/secret/literal.ts';
import { rule as serviceDuplicate } from '../core/rules/service/duplicate.ts';
import { rule as serviceUnknownProduct } from '../core/rules/service/unknown-product.ts';
import { rule as standardsDuplicate } from '../core/rules/standards/duplicate.ts';
import { rule as standardsMissing } from '../core/rules/standards/missing.ts';
import { rule as waiverExpired } from '../core/rules/waiver/expired.ts';
import { rule as waiverUnknownRule } from '../core/rules/waiver/unknown-rule.ts';
import { rule as waiverUnused } from '../core/rules/waiver/unused.ts';

/** Rules about manifests, standards and environments, by id. */
export const manifestRules: Readonly<Record<string, ManifestRule>> = {
  'builder/no-match': builderNoMatch,
  'component/conflicts': componentConflicts,
  'component/cycle': componentCycle,
  'component/port-clash': componentPortClash,
  'component/requires': componentRequires,
  'config/unknown-key': configUnknownKey,
  'config/unknown-rule': configUnknownRule,
  'config/value': configValue,
  'env/arg-in-env': envArgInEnv,
  'env/undefined': envUndefined,
  'environment/local': environmentLocal,
  'environment/order-cycle': environmentOrderCycle,
  'environment/parity': environmentParity,
  'environment/shared-namespace': environmentSharedNamespace,
  'environment/unknown': environmentUnknown,
  'environment/unreachable': environmentUnreachable,
  'health/missing': healthMissing,
  'hostnet/not-allowed': hostnetNotAllowed,
  'hostnet/ports-ignored': hostnetPortsIgnored,
  'hostnet/surge': hostnetSurge,
  'hostport/conflict': hostportConflict,
  'ignore/invalid-pattern': ignoreInvalidPattern,
  'ignore/unused-pattern': ignoreUnusedPattern,
  'ingress/host-path-conflict': ingressHostPathConflict,
  'logs/path-uncollected': logsPathUncollected,
  'manifest/reference': manifestReference,
  'manifest/schema': manifestSchema,
  'manifest/syntax': manifestSyntax,
  'manifest/value': manifestValue,
  'nodeport/conflict': nodeportConflict,
  'port/expose-mismatch': portExposeMismatch,
  'registration/key-collision': registrationKeyCollision,
  'registration/ttl-heartbeat': registrationTtlHeartbeat,
  'release/per-environment-build': releasePerEnvironmentBuild,
  'resources/java-heap': resourcesJavaHeap,
  'resources/limit-below-request': resourcesLimitBelowRequest,
  'resources/missing': resourcesMissing,
  'secret/literal': secretLiteral,
  'service/duplicate': serviceDuplicate,
  'service/unknown-product': serviceUnknownProduct,
  'standards/duplicate': standardsDuplicate,
  'standards/missing': standardsMissing,
  'waiver/expired': waiverExpired,
  'waiver/unknown-rule': waiverUnknownRule,
  'waiver/unused': waiverUnused,
};
