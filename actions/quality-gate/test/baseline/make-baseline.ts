import { number, ratio, type Baseline } from '@ecs-pipeline/quality'

export const makeBaseline = (members: Partial<Baseline> = {}): Baseline => ({
  version: 1,
  branch: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  recordedAt: '2026-01-31T12:00:00.000Z',
  policy: '9f86d081884c7d65',
  metrics: { 'coverage.lines': ratio({ covered: 90, total: 100 }), 'lint.errors': number(3) },
  ...members,
})
