// Derived from client/src/commands by test/codegen/commands.ts; change it there.
/** Every command of the extension; registered at activation, loaded at first use. */
export const commandIds: readonly string[] = [
  'waybill.plan.deploy',
  'waybill.plan.close',
  'waybill.digest.copy',
  'waybill.configuration.openEffective',
  'waybill.manifest.open',
  'waybill.views.refresh',
  'waybill.connection.retry',
  'waybill.diagnosis.show',
  'waybill.failure.show',
];
