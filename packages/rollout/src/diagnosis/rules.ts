import type { Rule } from './rule.ts'
import { CAPACITY_RULES } from './rules/capacity.ts'
import { EXIT_RULES } from './rules/exits.ts'
import { HEALTH_RULES } from './rules/health.ts'
import { IMAGE_RULES } from './rules/images.ts'
import { ROLE_RULES } from './rules/roles.ts'
import { SECRET_RULES } from './rules/secrets.ts'

/** Every rule, the best founded first: a message of AWS that names its cause before an exit code that hints at one. */
export const RULES: readonly Rule[] = [
  ...ROLE_RULES,
  ...SECRET_RULES,
  ...IMAGE_RULES,
  ...CAPACITY_RULES,
  ...EXIT_RULES,
  ...HEALTH_RULES,
]
