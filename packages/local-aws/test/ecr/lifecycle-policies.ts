/** Lifecycle policies, written shortly. */
export type Members = Readonly<Record<string, unknown>>

export const rule = (rulePriority: number, selection: Members, more: Members = {}): Members => ({
  rulePriority,
  selection,
  action: { type: 'expire' },
  ...more,
})
export const count = (tagStatus: string, countNumber: number, more: Members = {}): Members => ({
  tagStatus,
  countType: 'imageCountMoreThan',
  countNumber,
  ...more,
})
export const days = (tagStatus: string, countNumber: number, more: Members = {}): Members => ({
  tagStatus,
  countType: 'sinceImagePushed',
  countUnit: 'days',
  countNumber,
  ...more,
})
export const prefix = (...tagPrefixList: readonly string[]): Members => ({ tagPrefixList })
export const pattern = (...tagPatternList: readonly string[]): Members => ({ tagPatternList })
export const policy = (...rules: readonly unknown[]): string =>
  JSON.stringify({ rules }).padEnd(100)
