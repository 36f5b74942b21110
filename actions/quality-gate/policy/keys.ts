/** The keys of a policy file. docs/schema/quality-gate.schema.json has the same ones, and a test holds them together. */

export const FILE_KEYS = ['version', 'name', 'checks', 'sizes', 'gates', 'exceptions']
export const CHECK_KEYS = [
  'id',
  'run',
  'shell',
  'working-directory',
  'needs',
  'timeout-minutes',
  'retries',
  'env',
  'report',
  'exit-codes',
  'level',
]
export const REPORT_KEYS = ['format', 'path']
export const SIZE_KEYS = ['name', 'path', 'gzip']
export const GATE_KEYS = [
  'id',
  'metric',
  'scope',
  'check',
  'folder',
  'min',
  'max',
  'max-drop',
  'max-rise',
  'min-lines',
  'level',
]
export const EXCEPTION_KEYS = ['gate', 'vulnerability', 'reason', 'expires']
