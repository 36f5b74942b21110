/**
 * What the matrix has found and nobody has mended yet. A test fails on every other problem, and on an entry here that
 * does not come up any more: then take the entry away and run `npm run fault-matrix`.
 */
import type { Matrix, Problem } from './matrix.ts'

interface KnownProblem {
  readonly story: string
  readonly call: string
  readonly kinds: readonly string[]
  readonly why: string
}

const BREACH = 'a release that breaches a trigger in its bake'
const DONE = ['done, time-out', 'done, reset', 'done, garbage']

export const KNOWN_PROBLEMS: readonly KnownProblem[] = [
  {
    story: 'a release that crashes',
    call: 'DescribeServiceDeployments @ rolling back',
    kinds: ['throttled', '500', 'time-out', 'reset', 'garbage'],
    why: 'An answer from before is taken for the present one, so that a rollback that ends well is never seen to end.',
  },
  {
    story: BREACH,
    call: 'UpdateService @ update',
    kinds: DONE,
    why: 'The way back is asked for and done without an answer; nobody looks whether it is under way.',
  },
  {
    story: BREACH,
    call: 'UpdateService @ rolling back',
    kinds: DONE,
    why: 'The way back is asked for and done without an answer; nobody looks whether it is under way.',
  },
  ...['ListServiceDeployments', 'DescribeServiceRevisions'].map((operation) => ({
    story: BREACH,
    call: `${operation} @ rolling back`,
    kinds: ['expired'],
    why: 'The way back has begun when the credentials run out: its end is not known, which is not that it failed.',
  })),
  {
    story: 'a rollback by hand',
    call: 'UpdateService @ update',
    kinds: DONE,
    why: 'Done without an answer; the rollback action does not look whether the service was changed.',
  },
]

const fits = (problem: Problem, known: KnownProblem): boolean =>
  known.story === problem.story && known.call === problem.call && known.kinds.includes(problem.kind)

export const isKnown = (problem: Problem): boolean =>
  KNOWN_PROBLEMS.some((known) => fits(problem, known))

/** Cells of this story that are listed, but are good now. */
export function mended({ story, problems }: Matrix): readonly string[] {
  return KNOWN_PROBLEMS.filter((known) => known.story === story.name).flatMap((known) =>
    known.kinds
      .filter((kind) => !problems.some((each) => each.kind === kind && fits(each, known)))
      .map((kind) => `${known.story}: ${known.call}, ${kind}`),
  )
}
