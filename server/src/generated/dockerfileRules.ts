// Derived by test/codegen/rules.ts. Change the rule or its specification, then run the tests with UPDATE=1.
import type { DockerfileRule } from '../core/rules/context.ts';
import { rule as appBundlesMiddleware } from '../core/rules/app/bundles-middleware.ts';
import { rule as appConfiguresOs } from '../core/rules/app/configures-os.ts';
import { rule as appDirectories } from '../core/rules/app/directories.ts';
import { rule as appInstallsPackages } from '../core/rules/app/installs-packages.ts';
import { rule as appLogFile } from '../core/rules/app/log-file.ts';
import { rule as baseAlias } from '../core/rules/base/alias.ts';
import { rule as baseArgument } from '../core/rules/base/argument.ts';
import { rule as baseBuilderShipped } from '../core/rules/base/builder-shipped.ts';
import { rule as baseDeprecated } from '../core/rules/base/deprecated.ts';
import { rule as baseDigest } from '../core/rules/base/digest.ts';
import { rule as baseEndOfLife } from '../core/rules/base/end-of-life.ts';
import { rule as baseGeneratedDrift } from '../core/rules/base/generated-drift.ts';
import { rule as baseMismatch } from '../core/rules/base/mismatch.ts';
import { rule as baseMutableTag } from '../core/rules/base/mutable-tag.ts';
import { rule as baseRequiredComponent } from '../core/rules/base/required-component.ts';
import { rule as baseRevoked } from '../core/rules/base/revoked.ts';
import { rule as baseStale } from '../core/rules/base/stale.ts';
import { rule as baseUnapprovedBuilder } from '../core/rules/base/unapproved-builder.ts';
import { rule as baseUnapprovedSource } from '../core/rules/base/unapproved-source.ts';
import { rule as baseUnregistered } from '../core/rules/base/unregistered.ts';
import { rule as baseWrongLayer } from '../core/rules/base/wrong-layer.ts';
import { rule as commandJsonForm } from '../core/rules/command/json-form.ts';
import { rule as commandOverridesBase } from '../core/rules/command/overrides-base.ts';
import { rule as commandRepeated } from '../core/rules/command/repeated.ts';
import { rule as componentVersion } from '../core/rules/component/version.ts';
import { rule as copyDirectoryDestination } from '../core/rules/copy/directory-destination.ts';
import { rule as copyIgnoredFile } from '../core/rules/copy/ignored-file.ts';
import { rule as copyOwnershipInRun } from '../core/rules/copy/ownership-in-run.ts';
import { rule as copyPreferCopy } from '../core/rules/copy/prefer-copy.ts';
import { rule as copyRelativeDestination } from '../core/rules/copy/relative-destination.ts';
import { rule as copySecretFile } from '../core/rules/copy/secret-file.ts';
import { rule as copyWholeContext } from '../core/rules/copy/whole-context.ts';
import { rule as dockerfileAsCasing } from '../core/rules/dockerfile/as-casing.ts';
import { rule as dockerfileDefinitionDescription } from '../core/rules/dockerfile/definition-description.ts';
import { rule as dockerfileDirectiveCasing } from '../core/rules/dockerfile/directive-casing.ts';
import { rule as dockerfileEmptyContinuation } from '../core/rules/dockerfile/empty-continuation.ts';
import { rule as dockerfileKeyValueFormat } from '../core/rules/dockerfile/key-value-format.ts';
import { rule as dockerfileKeywordCasing } from '../core/rules/dockerfile/keyword-casing.ts';
import { rule as dockerfileMaintainer } from '../core/rules/dockerfile/maintainer.ts';
import { rule as dockerfileReadable } from '../core/rules/dockerfile/readable.ts';
import { rule as dockerfileSyntax } from '../core/rules/dockerfile/syntax.ts';
import { rule as dockerfileTemplate } from '../core/rules/dockerfile/template.ts';
import { rule as dockerfileTooLarge } from '../core/rules/dockerfile/too-large.ts';
import { rule as downloadUnapprovedHost } from '../core/rules/download/unapproved-host.ts';
import { rule as downloadUnverified } from '../core/rules/download/unverified.ts';
import { rule as healthcheckKubernetes } from '../core/rules/healthcheck/kubernetes.ts';
import { rule as healthcheckMissing } from '../core/rules/healthcheck/missing.ts';
import { rule as jdkBundled } from '../core/rules/jdk/bundled.ts';
import { rule as labelBase } from '../core/rules/label/base.ts';
import { rule as labelEmpty } from '../core/rules/label/empty.ts';
import { rule as labelForbidden } from '../core/rules/label/forbidden.ts';
import { rule as labelFormat } from '../core/rules/label/format.ts';
import { rule as labelKey } from '../core/rules/label/key.ts';
import { rule as labelMissing } from '../core/rules/label/missing.ts';
import { rule as labelPattern } from '../core/rules/label/pattern.ts';
import { rule as labelSuperfluous } from '../core/rules/label/superfluous.ts';
import { rule as layerBuildDependencies } from '../core/rules/layer/build-dependencies.ts';
import { rule as layerCleanupSameRun } from '../core/rules/layer/cleanup-same-run.ts';
import { rule as layerCopyBeforeInstall } from '../core/rules/layer/copy-before-install.ts';
import { rule as layerDeletedLater } from '../core/rules/layer/deleted-later.ts';
import { rule as layerSourceLeft } from '../core/rules/layer/source-left.ts';
import { rule as packageAptCli } from '../core/rules/package/apt-cli.ts';
import { rule as packageAssumeYes } from '../core/rules/package/assume-yes.ts';
import { rule as packageForbidden } from '../core/rules/package/forbidden.ts';
import { rule as packagePipCache } from '../core/rules/package/pip-cache.ts';
import { rule as packageRecommends } from '../core/rules/package/recommends.ts';
import { rule as packageUnpinned } from '../core/rules/package/unpinned.ts';
import { rule as packageUpdateAlone } from '../core/rules/package/update-alone.ts';
import { rule as packageUpgrade } from '../core/rules/package/upgrade.ts';
import { rule as packageYarnCache } from '../core/rules/package/yarn-cache.ts';
import { rule as platformConstant } from '../core/rules/platform/constant.ts';
import { rule as platformMissing } from '../core/rules/platform/missing.ts';
import { rule as platformRedundant } from '../core/rules/platform/redundant.ts';
import { rule as portInvalid } from '../core/rules/port/invalid.ts';
import { rule as portPrivileged } from '../core/rules/port/privileged.ts';
import { rule as portProtocolCasing } from '../core/rules/port/protocol-casing.ts';
import { rule as portSsh } from '../core/rules/port/ssh.ts';
import { rule as registryNotAllowed } from '../core/rules/registry/not-allowed.ts';
import { rule as runChangeDirectory } from '../core/rules/run/change-directory.ts';
import { rule as runConsecutive } from '../core/rules/run/consecutive.ts';
import { rule as runCurlAndWget } from '../core/rules/run/curl-and-wget.ts';
import { rule as runInstructionInside } from '../core/rules/run/instruction-inside.ts';
import { rule as runPipefail } from '../core/rules/run/pipefail.ts';
import { rule as runPointlessCommand } from '../core/rules/run/pointless-command.ts';
import { rule as runShellLink } from '../core/rules/run/shell-link.ts';
import { rule as runSudo } from '../core/rules/run/sudo.ts';
import { rule as runSwallowedByComment } from '../core/rules/run/swallowed-by-comment.ts';
import { rule as runUnpackCopied } from '../core/rules/run/unpack-copied.ts';
import { rule as runUseraddLastlog } from '../core/rules/run/useradd-lastlog.ts';
import { rule as runWgetProgress } from '../core/rules/run/wget-progress.ts';
import { rule as secretInEnv } from '../core/rules/secret/in-env.ts';
import { rule as stageCopiesItself } from '../core/rules/stage/copies-itself.ts';
import { rule as stageDuplicateName } from '../core/rules/stage/duplicate-name.ts';
import { rule as stageNameCasing } from '../core/rules/stage/name-casing.ts';
import { rule as stageReservedName } from '../core/rules/stage/reserved-name.ts';
import { rule as stageUnknown } from '../core/rules/stage/unknown.ts';
import { rule as stageWholeFilesystem } from '../core/rules/stage/whole-filesystem.ts';
import { rule as standardsOff } from '../core/rules/standards/off.ts';
import { rule as suppressionInline } from '../core/rules/suppression/inline.ts';
import { rule as suppressionReason } from '../core/rules/suppression/reason.ts';
import { rule as suppressionSyntax } from '../core/rules/suppression/syntax.ts';
import { rule as suppressionUnknownRule } from '../core/rules/suppression/unknown-rule.ts';
import { rule as suppressionUnused } from '../core/rules/suppression/unused.ts';
import { rule as userNumeric } from '../core/rules/user/numeric.ts';
import { rule as userRoot } from '../core/rules/user/root.ts';
import { rule as userStandard } from '../core/rules/user/standard.ts';
import { rule as variableDefaultInFrom } from '../core/rules/variable/default-in-from.ts';
import { rule as variableProtected } from '../core/rules/variable/protected.ts';
import { rule as variableSelfReference } from '../core/rules/variable/self-reference.ts';
import { rule as variableUndefined } from '../core/rules/variable/undefined.ts';
import { rule as variableUndefinedInFrom } from '../core/rules/variable/undefined-in-from.ts';
import { rule as volumeSystemDirectory } from '../core/rules/volume/system-directory.ts';
import { rule as workdirRelative } from '../core/rules/workdir/relative.ts';
import { rule as workdirSystemDirectory } from '../core/rules/workdir/system-directory.ts';

/** Rules about Dockerfiles, by id. */
export const dockerfileRules: Readonly<Record<string, DockerfileRule>> = {
  'app/bundles-middleware': appBundlesMiddleware,
  'app/configures-os': appConfiguresOs,
  'app/directories': appDirectories,
  'app/installs-packages': appInstallsPackages,
  'app/log-file': appLogFile,
  'base/alias': baseAlias,
  'base/argument': baseArgument,
  'base/builder-shipped': baseBuilderShipped,
  'base/deprecated': baseDeprecated,
  'base/digest': baseDigest,
  'base/end-of-life': baseEndOfLife,
  'base/generated-drift': baseGeneratedDrift,
  'base/mismatch': baseMismatch,
  'base/mutable-tag': baseMutableTag,
  'base/required-component': baseRequiredComponent,
  'base/revoked': baseRevoked,
  'base/stale': baseStale,
  'base/unapproved-builder': baseUnapprovedBuilder,
  'base/unapproved-source': baseUnapprovedSource,
  'base/unregistered': baseUnregistered,
  'base/wrong-layer': baseWrongLayer,
  'command/json-form': commandJsonForm,
  'command/overrides-base': commandOverridesBase,
  'command/repeated': commandRepeated,
  'component/version': componentVersion,
  'copy/directory-destination': copyDirectoryDestination,
  'copy/ignored-file': copyIgnoredFile,
  'copy/ownership-in-run': copyOwnershipInRun,
  'copy/prefer-copy': copyPreferCopy,
  'copy/relative-destination': copyRelativeDestination,
  'copy/secret-file': copySecretFile,
  'copy/whole-context': copyWholeContext,
  'dockerfile/as-casing': dockerfileAsCasing,
  'dockerfile/definition-description': dockerfileDefinitionDescription,
  'dockerfile/directive-casing': dockerfileDirectiveCasing,
  'dockerfile/empty-continuation': dockerfileEmptyContinuation,
  'dockerfile/key-value-format': dockerfileKeyValueFormat,
  'dockerfile/keyword-casing': dockerfileKeywordCasing,
  'dockerfile/maintainer': dockerfileMaintainer,
  'dockerfile/readable': dockerfileReadable,
  'dockerfile/syntax': dockerfileSyntax,
  'dockerfile/template': dockerfileTemplate,
  'dockerfile/too-large': dockerfileTooLarge,
  'download/unapproved-host': downloadUnapprovedHost,
  'download/unverified': downloadUnverified,
  'healthcheck/kubernetes': healthcheckKubernetes,
  'healthcheck/missing': healthcheckMissing,
  'jdk/bundled': jdkBundled,
  'label/base': labelBase,
  'label/empty': labelEmpty,
  'label/forbidden': labelForbidden,
  'label/format': labelFormat,
  'label/key': labelKey,
  'label/missing': labelMissing,
  'label/pattern': labelPattern,
  'label/superfluous': labelSuperfluous,
  'layer/build-dependencies': layerBuildDependencies,
  'layer/cleanup-same-run': layerCleanupSameRun,
  'layer/copy-before-install': layerCopyBeforeInstall,
  'layer/deleted-later': layerDeletedLater,
  'layer/source-left': layerSourceLeft,
  'package/apt-cli': packageAptCli,
  'package/assume-yes': packageAssumeYes,
  'package/forbidden': packageForbidden,
  'package/pip-cache': packagePipCache,
  'package/recommends': packageRecommends,
  'package/unpinned': packageUnpinned,
  'package/update-alone': packageUpdateAlone,
  'package/upgrade': packageUpgrade,
  'package/yarn-cache': packageYarnCache,
  'platform/constant': platformConstant,
  'platform/missing': platformMissing,
  'platform/redundant': platformRedundant,
  'port/invalid': portInvalid,
  'port/privileged': portPrivileged,
  'port/protocol-casing': portProtocolCasing,
  'port/ssh': portSsh,
  'registry/not-allowed': registryNotAllowed,
  'run/change-directory': runChangeDirectory,
  'run/consecutive': runConsecutive,
  'run/curl-and-wget': runCurlAndWget,
  'run/instruction-inside': runInstructionInside,
  'run/pipefail': runPipefail,
  'run/pointless-command': runPointlessCommand,
  'run/shell-link': runShellLink,
  'run/sudo': runSudo,
  'run/swallowed-by-comment': runSwallowedByComment,
  'run/unpack-copied': runUnpackCopied,
  'run/useradd-lastlog': runUseraddLastlog,
  'run/wget-progress': runWgetProgress,
  'secret/in-env': secretInEnv,
  'stage/copies-itself': stageCopiesItself,
  'stage/duplicate-name': stageDuplicateName,
  'stage/name-casing': stageNameCasing,
  'stage/reserved-name': stageReservedName,
  'stage/unknown': stageUnknown,
  'stage/whole-filesystem': stageWholeFilesystem,
  'standards/off': standardsOff,
  'suppression/inline': suppressionInline,
  'suppression/reason': suppressionReason,
  'suppression/syntax': suppressionSyntax,
  'suppression/unknown-rule': suppressionUnknownRule,
  'suppression/unused': suppressionUnused,
  'user/numeric': userNumeric,
  'user/root': userRoot,
  'user/standard': userStandard,
  'variable/default-in-from': variableDefaultInFrom,
  'variable/protected': variableProtected,
  'variable/self-reference': variableSelfReference,
  'variable/undefined': variableUndefined,
  'variable/undefined-in-from': variableUndefinedInFrom,
  'volume/system-directory': volumeSystemDirectory,
  'workdir/relative': workdirRelative,
  'workdir/system-directory': workdirSystemDirectory,
};
