/** Trigger files as people get them wrong, and what is said to them. Other tests run the same table. */
import type { BadFile } from './bad-files/bad-file.ts'
import { LIMITS } from './bad-files/limits.ts'
import { METRICS } from './bad-files/metrics.ts'
import { NOT_YAML } from './bad-files/not-yaml.ts'
import { SHAPE } from './bad-files/shape.ts'
import { SOURCES } from './bad-files/sources.ts'
import { TIMES } from './bad-files/times.ts'
import { VALUES } from './bad-files/values.ts'

export type { BadFile, ExpectedProblem } from './bad-files/bad-file.ts'

export const BAD_FILES: readonly BadFile[] = [
  ...NOT_YAML,
  ...SHAPE,
  ...VALUES,
  ...LIMITS,
  ...TIMES,
  ...METRICS,
  ...SOURCES,
]
