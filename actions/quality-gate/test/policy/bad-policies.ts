/** Policies as people get them wrong, and what is said to them. The JSON Schema is held against the same table. */
import { CHECKS } from './bad-policies/checks.ts'
import { GATES } from './bad-policies/gates.ts'
import { NOT_YAML } from './bad-policies/not-yaml.ts'
import type { BadDocument } from './bad-policies/parts.ts'
import { REPORTS } from './bad-policies/reports.ts'

export const BAD_POLICIES: readonly BadDocument[] = [...NOT_YAML, ...CHECKS, ...REPORTS, ...GATES]
