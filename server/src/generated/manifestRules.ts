// Derived by test/codegen/rules.ts. Change the rule or its specification, then run the tests with UPDATE=1.
import type { ManifestRule } from '../core/rules/manifestContext.ts';
import { rule as builderNoMatch } from '../core/rules/builder/no-match.ts';
import { rule as canaryCheck } from '../core/rules/canary/check.ts';
import { rule as canaryHostPort } from '../core/rules/canary/host-port.ts';
import { rule as canaryNoSteps } from '../core/rules/canary/no-steps.ts';
import { rule as canaryStepsOrder } from '../core/rules/canary/steps-order.ts';
import { rule as canaryTraffic } from '../core/rules/canary/traffic.ts';
import { rule as canaryWeightUnreachable } from '../core/rules/canary/weight-unreachable.ts';
import { rule as componentConflicts } from '../core/rules/component/conflicts.ts';
import { rule as componentCycle } from '../core/rules/component/cycle.ts';
import { rule as componentEol } from '../core/rules/component/eol.ts';
import { rule as componentPortClash } from '../core/rules/component/port-clash.ts';
import { rule as componentRequires } from '../core/rules/component/requires.ts';
import { rule as componentUnknownVersion } from '../core/rules/component/unknown-version.ts';
import { rule as confdEmptyUpstream } from '../core/rules/confd/empty-upstream.ts';
import { rule as confdInterval } from '../core/rules/confd/interval.ts';
import { rule as confdKeysNotCovering } from '../core/rules/confd/keys-not-covering.ts';
import { rule as confdNoCheckCmd } from '../core/rules/confd/no-check-cmd.ts';
import { rule as confdPrefixMismatch } from '../core/rules/confd/prefix-mismatch.ts';
import { rule as confdSyntax } from '../core/rules/confd/syntax.ts';
import { rule as confdTemplateMissing } from '../core/rules/confd/template-missing.ts';
import { rule as confdUnknownKey } from '../core/rules/confd/unknown-key.ts';
import { rule as confdValue } from '../core/rules/confd/value.ts';
import { rule as confdWatchUnsupported } from '../core/rules/confd/watch-unsupported.ts';
import { rule as configUnknownKey } from '../core/rules/config/unknown-key.ts';
import { rule as configUnknownRule } from '../core/rules/config/unknown-rule.ts';
import { rule as configValue } from '../core/rules/config/value.ts';
import { rule as contextSecretFile } from '../core/rules/context/secret-file.ts';
import { rule as envArgInEnv } from '../core/rules/env/arg-in-env.ts';
import { rule as envMissingInEnvironment } from '../core/rules/env/missing-in-environment.ts';
import { rule as envUndefined } from '../core/rules/env/undefined.ts';
import { rule as envUnusedOverride } from '../core/rules/env/unused-override.ts';
import { rule as environmentDuplicate } from '../core/rules/environment/duplicate.ts';
import { rule as environmentLocal } from '../core/rules/environment/local.ts';
import { rule as environmentOrderCycle } from '../core/rules/environment/order-cycle.ts';
import { rule as environmentParity } from '../core/rules/environment/parity.ts';
import { rule as environmentSharedNamespace } from '../core/rules/environment/shared-namespace.ts';
import { rule as environmentUnknown } from '../core/rules/environment/unknown.ts';
import { rule as environmentUnreachable } from '../core/rules/environment/unreachable.ts';
import { rule as exposeIncomplete } from '../core/rules/expose/incomplete.ts';
import { rule as exposeNodeportRange } from '../core/rules/expose/nodeport-range.ts';
import { rule as exposeUnused } from '../core/rules/expose/unused.ts';
import { rule as healthDeadline } from '../core/rules/health/deadline.ts';
import { rule as healthDelayAndStartup } from '../core/rules/health/delay-and-startup.ts';
import { rule as healthHandler } from '../core/rules/health/handler.ts';
import { rule as healthMissing } from '../core/rules/health/missing.ts';
import { rule as healthSameAsReadiness } from '../core/rules/health/same-as-readiness.ts';
import { rule as healthSlowStart } from '../core/rules/health/slow-start.ts';
import { rule as healthTimeout } from '../core/rules/health/timeout.ts';
import { rule as hostnetNotAllowed } from '../core/rules/hostnet/not-allowed.ts';
import { rule as hostnetPortConflict } from '../core/rules/hostnet/port-conflict.ts';
import { rule as hostnetPortRange } from '../core/rules/hostnet/port-range.ts';
import { rule as hostnetPortsIgnored } from '../core/rules/hostnet/ports-ignored.ts';
import { rule as hostnetPssBaseline } from '../core/rules/hostnet/pss-baseline.ts';
import { rule as hostnetReplicasExceedNodes } from '../core/rules/hostnet/replicas-exceed-nodes.ts';
import { rule as hostnetSurge } from '../core/rules/hostnet/surge.ts';
import { rule as hostportConflict } from '../core/rules/hostport/conflict.ts';
import { rule as ignoreInvalidPattern } from '../core/rules/ignore/invalid-pattern.ts';
import { rule as ignoreUnusedPattern } from '../core/rules/ignore/unused-pattern.ts';
import { rule as ingressHostPathConflict } from '../core/rules/ingress/host-path-conflict.ts';
import { rule as isolationNoDefaultDeny } from '../core/rules/isolation/no-default-deny.ts';
import { rule as isolationNoQuota } from '../core/rules/isolation/no-quota.ts';
import { rule as jdkHostPathMissing } from '../core/rules/jdk/host-path-missing.ts';
import { rule as jdkPssBaseline } from '../core/rules/jdk/pss-baseline.ts';
import { rule as lifecycleGracePeriod } from '../core/rules/lifecycle/grace-period.ts';
import { rule as lockOutdated } from '../core/rules/lock/outdated.ts';
import { rule as logsPathUncollected } from '../core/rules/logs/path-uncollected.ts';
import { rule as logsWritableLayer } from '../core/rules/logs/writable-layer.ts';
import { rule as manifestReference } from '../core/rules/manifest/reference.ts';
import { rule as manifestSchema } from '../core/rules/manifest/schema.ts';
import { rule as manifestSyntax } from '../core/rules/manifest/syntax.ts';
import { rule as manifestValue } from '../core/rules/manifest/value.ts';
import { rule as nodeportConflict } from '../core/rules/nodeport/conflict.ts';
import { rule as osEol } from '../core/rules/os/eol.ts';
import { rule as osFamilyMismatch } from '../core/rules/os/family-mismatch.ts';
import { rule as portDuplicate } from '../core/rules/port/duplicate.ts';
import { rule as portExposeMismatch } from '../core/rules/port/expose-mismatch.ts';
import { rule as portUnknown } from '../core/rules/port/unknown.ts';
import { rule as processNoSupervisor } from '../core/rules/process/no-supervisor.ts';
import { rule as promoteApprovals } from '../core/rules/promote/approvals.ts';
import { rule as promoteRequiresWithoutSource } from '../core/rules/promote/requires-without-source.ts';
import { rule as promoteUnverified } from '../core/rules/promote/unverified.ts';
import { rule as registrationKeyCollision } from '../core/rules/registration/key-collision.ts';
import { rule as registrationKeyFormat } from '../core/rules/registration/key-format.ts';
import { rule as registrationNoEtcd } from '../core/rules/registration/no-etcd.ts';
import { rule as registrationNoLease } from '../core/rules/registration/no-lease.ts';
import { rule as registrationProxyMissing } from '../core/rules/registration/proxy-missing.ts';
import { rule as registrationTtlHeartbeat } from '../core/rules/registration/ttl-heartbeat.ts';
import { rule as registryUnreachableFromEnv } from '../core/rules/registry/unreachable-from-env.ts';
import { rule as releaseEdited } from '../core/rules/release/edited.ts';
import { rule as releaseMutableTag } from '../core/rules/release/mutable-tag.ts';
import { rule as releasePerEnvironmentBuild } from '../core/rules/release/per-environment-build.ts';
import { rule as releaseTagTemplate } from '../core/rules/release/tag-template.ts';
import { rule as resourcesJavaHeap } from '../core/rules/resources/java-heap.ts';
import { rule as resourcesLimitBelowRequest } from '../core/rules/resources/limit-below-request.ts';
import { rule as resourcesMissing } from '../core/rules/resources/missing.ts';
import { rule as resourcesQuota } from '../core/rules/resources/quota.ts';
import { rule as rolloutDeadline } from '../core/rules/rollout/deadline.ts';
import { rule as rolloutRecreateSettings } from '../core/rules/rollout/recreate-settings.ts';
import { rule as rolloutStuck } from '../core/rules/rollout/stuck.ts';
import { rule as scaleAutoOnCompose } from '../core/rules/scale/auto-on-compose.ts';
import { rule as scaleCpuRequestMissing } from '../core/rules/scale/cpu-request-missing.ts';
import { rule as scaleMinAboveMax } from '../core/rules/scale/min-above-max.ts';
import { rule as scaleReplicasOutside } from '../core/rules/scale/replicas-outside.ts';
import { rule as scaleZeroForbidden } from '../core/rules/scale/zero-forbidden.ts';
import { rule as secretLiteral } from '../core/rules/secret/literal.ts';
import { rule as secretNoSource } from '../core/rules/secret/no-source.ts';
import { rule as secretUnusedSource } from '../core/rules/secret/unused-source.ts';
import { rule as serviceDependencyCycle } from '../core/rules/service/dependency-cycle.ts';
import { rule as serviceDuplicate } from '../core/rules/service/duplicate.ts';
import { rule as serviceUnknownProduct } from '../core/rules/service/unknown-product.ts';
import { rule as standardsDuplicate } from '../core/rules/standards/duplicate.ts';
import { rule as standardsExtends } from '../core/rules/standards/extends.ts';
import { rule as standardsLooser } from '../core/rules/standards/looser.ts';
import { rule as standardsMissing } from '../core/rules/standards/missing.ts';
import { rule as supervisorDuplicate } from '../core/rules/supervisor/duplicate.ts';
import { rule as supervisorExec } from '../core/rules/supervisor/exec.ts';
import { rule as supervisorExpansion } from '../core/rules/supervisor/expansion.ts';
import { rule as supervisorFatalUnseen } from '../core/rules/supervisor/fatal-unseen.ts';
import { rule as supervisorLogLost } from '../core/rules/supervisor/log-lost.ts';
import { rule as supervisorMissingKey } from '../core/rules/supervisor/missing-key.ts';
import { rule as supervisorNodaemon } from '../core/rules/supervisor/nodaemon.ts';
import { rule as supervisorNumprocs } from '../core/rules/supervisor/numprocs.ts';
import { rule as supervisorPrograms } from '../core/rules/supervisor/programs.ts';
import { rule as supervisorStdoutMaxbytes } from '../core/rules/supervisor/stdout-maxbytes.ts';
import { rule as supervisorSyntax } from '../core/rules/supervisor/syntax.ts';
import { rule as supervisorUnknownKey } from '../core/rules/supervisor/unknown-key.ts';
import { rule as supervisorValue } from '../core/rules/supervisor/value.ts';
import { rule as verifyNoCheck } from '../core/rules/verify/no-check.ts';
import { rule as waiverExpired } from '../core/rules/waiver/expired.ts';
import { rule as waiverTooLong } from '../core/rules/waiver/too-long.ts';
import { rule as waiverUnknownRule } from '../core/rules/waiver/unknown-rule.ts';
import { rule as waiverUnused } from '../core/rules/waiver/unused.ts';

/** Rules about manifests, standards and environments, by id. */
export const manifestRules: Readonly<Record<string, ManifestRule>> = {
  'builder/no-match': builderNoMatch,
  'canary/check': canaryCheck,
  'canary/host-port': canaryHostPort,
  'canary/no-steps': canaryNoSteps,
  'canary/steps-order': canaryStepsOrder,
  'canary/traffic': canaryTraffic,
  'canary/weight-unreachable': canaryWeightUnreachable,
  'component/conflicts': componentConflicts,
  'component/cycle': componentCycle,
  'component/eol': componentEol,
  'component/port-clash': componentPortClash,
  'component/requires': componentRequires,
  'component/unknown-version': componentUnknownVersion,
  'confd/empty-upstream': confdEmptyUpstream,
  'confd/interval': confdInterval,
  'confd/keys-not-covering': confdKeysNotCovering,
  'confd/no-check-cmd': confdNoCheckCmd,
  'confd/prefix-mismatch': confdPrefixMismatch,
  'confd/syntax': confdSyntax,
  'confd/template-missing': confdTemplateMissing,
  'confd/unknown-key': confdUnknownKey,
  'confd/value': confdValue,
  'confd/watch-unsupported': confdWatchUnsupported,
  'config/unknown-key': configUnknownKey,
  'config/unknown-rule': configUnknownRule,
  'config/value': configValue,
  'context/secret-file': contextSecretFile,
  'env/arg-in-env': envArgInEnv,
  'env/missing-in-environment': envMissingInEnvironment,
  'env/undefined': envUndefined,
  'env/unused-override': envUnusedOverride,
  'environment/duplicate': environmentDuplicate,
  'environment/local': environmentLocal,
  'environment/order-cycle': environmentOrderCycle,
  'environment/parity': environmentParity,
  'environment/shared-namespace': environmentSharedNamespace,
  'environment/unknown': environmentUnknown,
  'environment/unreachable': environmentUnreachable,
  'expose/incomplete': exposeIncomplete,
  'expose/nodeport-range': exposeNodeportRange,
  'expose/unused': exposeUnused,
  'health/deadline': healthDeadline,
  'health/delay-and-startup': healthDelayAndStartup,
  'health/handler': healthHandler,
  'health/missing': healthMissing,
  'health/same-as-readiness': healthSameAsReadiness,
  'health/slow-start': healthSlowStart,
  'health/timeout': healthTimeout,
  'hostnet/not-allowed': hostnetNotAllowed,
  'hostnet/port-conflict': hostnetPortConflict,
  'hostnet/port-range': hostnetPortRange,
  'hostnet/ports-ignored': hostnetPortsIgnored,
  'hostnet/pss-baseline': hostnetPssBaseline,
  'hostnet/replicas-exceed-nodes': hostnetReplicasExceedNodes,
  'hostnet/surge': hostnetSurge,
  'hostport/conflict': hostportConflict,
  'ignore/invalid-pattern': ignoreInvalidPattern,
  'ignore/unused-pattern': ignoreUnusedPattern,
  'ingress/host-path-conflict': ingressHostPathConflict,
  'isolation/no-default-deny': isolationNoDefaultDeny,
  'isolation/no-quota': isolationNoQuota,
  'jdk/host-path-missing': jdkHostPathMissing,
  'jdk/pss-baseline': jdkPssBaseline,
  'lifecycle/grace-period': lifecycleGracePeriod,
  'lock/outdated': lockOutdated,
  'logs/path-uncollected': logsPathUncollected,
  'logs/writable-layer': logsWritableLayer,
  'manifest/reference': manifestReference,
  'manifest/schema': manifestSchema,
  'manifest/syntax': manifestSyntax,
  'manifest/value': manifestValue,
  'nodeport/conflict': nodeportConflict,
  'os/eol': osEol,
  'os/family-mismatch': osFamilyMismatch,
  'port/duplicate': portDuplicate,
  'port/expose-mismatch': portExposeMismatch,
  'port/unknown': portUnknown,
  'process/no-supervisor': processNoSupervisor,
  'promote/approvals': promoteApprovals,
  'promote/requires-without-source': promoteRequiresWithoutSource,
  'promote/unverified': promoteUnverified,
  'registration/key-collision': registrationKeyCollision,
  'registration/key-format': registrationKeyFormat,
  'registration/no-etcd': registrationNoEtcd,
  'registration/no-lease': registrationNoLease,
  'registration/proxy-missing': registrationProxyMissing,
  'registration/ttl-heartbeat': registrationTtlHeartbeat,
  'registry/unreachable-from-env': registryUnreachableFromEnv,
  'release/edited': releaseEdited,
  'release/mutable-tag': releaseMutableTag,
  'release/per-environment-build': releasePerEnvironmentBuild,
  'release/tag-template': releaseTagTemplate,
  'resources/java-heap': resourcesJavaHeap,
  'resources/limit-below-request': resourcesLimitBelowRequest,
  'resources/missing': resourcesMissing,
  'resources/quota': resourcesQuota,
  'rollout/deadline': rolloutDeadline,
  'rollout/recreate-settings': rolloutRecreateSettings,
  'rollout/stuck': rolloutStuck,
  'scale/auto-on-compose': scaleAutoOnCompose,
  'scale/cpu-request-missing': scaleCpuRequestMissing,
  'scale/min-above-max': scaleMinAboveMax,
  'scale/replicas-outside': scaleReplicasOutside,
  'scale/zero-forbidden': scaleZeroForbidden,
  'secret/literal': secretLiteral,
  'secret/no-source': secretNoSource,
  'secret/unused-source': secretUnusedSource,
  'service/dependency-cycle': serviceDependencyCycle,
  'service/duplicate': serviceDuplicate,
  'service/unknown-product': serviceUnknownProduct,
  'standards/duplicate': standardsDuplicate,
  'standards/extends': standardsExtends,
  'standards/looser': standardsLooser,
  'standards/missing': standardsMissing,
  'supervisor/duplicate': supervisorDuplicate,
  'supervisor/exec': supervisorExec,
  'supervisor/expansion': supervisorExpansion,
  'supervisor/fatal-unseen': supervisorFatalUnseen,
  'supervisor/log-lost': supervisorLogLost,
  'supervisor/missing-key': supervisorMissingKey,
  'supervisor/nodaemon': supervisorNodaemon,
  'supervisor/numprocs': supervisorNumprocs,
  'supervisor/programs': supervisorPrograms,
  'supervisor/stdout-maxbytes': supervisorStdoutMaxbytes,
  'supervisor/syntax': supervisorSyntax,
  'supervisor/unknown-key': supervisorUnknownKey,
  'supervisor/value': supervisorValue,
  'verify/no-check': verifyNoCheck,
  'waiver/expired': waiverExpired,
  'waiver/too-long': waiverTooLong,
  'waiver/unknown-rule': waiverUnknownRule,
  'waiver/unused': waiverUnused,
};
