import { invalidParameter } from '../errors.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { required } from './checks.ts'

/** What an account can set, to which values; the first holds until another is put. */
const SETTINGS: Readonly<Record<string, readonly [usual: string, ...others: string[]]>> = {
  BASIC_SCAN_TYPE_VERSION: ['AWS_NATIVE'],
  REGISTRY_POLICY_SCOPE: ['V2'],
  BLOB_MOUNTING: ['DISABLED', 'ENABLED'],
}

/** Of these only BLOB_MOUNTING changes what the registry does. The words of refusals are unproven. */
export function accountSettingHandlers({ store }: ApiParts): EcrHandlers {
  return {
    GetAccountSetting(input) {
      const name = required('name', input.name)
      const [usual] = valuesOf(name)
      return { name, value: store.accountSettings.get(name) ?? usual }
    },

    PutAccountSetting(input) {
      const name = required('name', input.name)
      const value = required('value', input.value)
      const values = valuesOf(name)
      if (!values.includes(value)) {
        throw invalidParameter(
          'value',
          `Member must satisfy enum value set: [${values.join(', ')}]`,
        )
      }
      store.accountSettings.set(name, value)
      return { name, value }
    },
  }
}

function valuesOf(name: string): readonly [string, ...string[]] {
  const values = SETTINGS[name]
  if (values) return values
  const names = Object.keys(SETTINGS).join(', ')
  throw invalidParameter('name', `Member must satisfy enum value set: [${names}]`)
}
