/**
 * The lifecycle policy of a repository that the action creates: untagged images go after a week, of tagged ones the
 * last ten stay, and releases are not counted with them. ECR: an image is only ever touched by the rule of the lowest
 * priority that matches it, and a rule for releases keeps far more of them.
 */

export interface LifecycleChoice {
  /** How many tagged images stay. */
  readonly keep: number
  /** Days after which an untagged image goes. */
  readonly untaggedDays: number
  /** Patterns such as `stable-*` whose images the other rules do not reach. */
  readonly protectedTags: readonly string[]
}

export const DEFAULT_LIFECYCLE: LifecycleChoice = {
  keep: 10,
  untaggedDays: 7,
  protectedTags: ['stable-*', 'release-*'],
}

/** So many protected images stay; a rule needs a count, and a repository holds 100,000. */
const PROTECTED = 1000

/** The text for PutLifecyclePolicy. */
export function lifecyclePolicy({ keep, untaggedDays, protectedTags }: LifecycleChoice): string {
  const expire = { type: 'expire' }
  const rules = [
    ...protectedTags.map((pattern) => ({
      description: `Images tagged ${pattern} stay`,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: [pattern],
        countType: 'imageCountMoreThan',
        countNumber: PROTECTED,
      },
      action: expire,
    })),
    {
      description: `Untagged images go after ${untaggedDays} days`,
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: untaggedDays,
      },
      action: expire,
    },
    {
      description: `The last ${keep} tagged images stay`,
      selection: {
        tagStatus: 'tagged',
        tagPatternList: ['*'],
        countType: 'imageCountMoreThan',
        countNumber: keep,
      },
      action: expire,
    },
  ]
  return JSON.stringify({
    rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule })),
  })
}
