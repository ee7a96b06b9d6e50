import type { Unchecked } from './verificationModel.ts';

const off = /^(?:0|false|no|off|none)$/i;
const on = /^(?:1|true|yes|on)$/i;

/** Environment variables that switch certificates or signatures off, and the values with which they do. */
const variables: Readonly<Record<string, { readonly off: RegExp; readonly check: Unchecked['check'] }>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: { off: /^0$/, check: 'certificate' },
  PYTHONHTTPSVERIFY: { off: /^0$/, check: 'certificate' },
  // git looks whether it is set, not at its value.
  GIT_SSL_NO_VERIFY: { off: /^/, check: 'certificate' },
  PIP_TRUSTED_HOST: { off: /./, check: 'certificate' },
  UV_INSECURE_HOST: { off: /./, check: 'certificate' },
  NPM_CONFIG_STRICT_SSL: { off, check: 'certificate' },
  YARN_ENABLE_STRICT_SSL: { off, check: 'certificate' },
  YARN_STRICT_SSL: { off, check: 'certificate' },
  BUNDLE_SSL_VERIFY_MODE: { off: /^0$/, check: 'certificate' },
  GOINSECURE: { off: /./, check: 'certificate' },
  GOSUMDB: { off: /^off$/, check: 'signature' },
  COMPOSER_DISABLE_TLS: { off: on, check: 'certificate' },
};

/** The check that a variable with a value switches off. npm reads its variables in any case. */
export function uncheckedVariable(name: string, value: string): Unchecked['check'] | undefined {
  const key = /^npm_config_/i.test(name) ? name.toUpperCase() : name;
  const known = Object.hasOwn(variables, key) ? variables[key] : undefined;
  return known?.off.test(value) ? known.check : undefined;
}
