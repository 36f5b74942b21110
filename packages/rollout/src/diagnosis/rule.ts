import type { Facts, Failure, Sign } from './facts.ts'
import { quote } from './quote.ts'

export interface Finding {
  readonly cause: string
  /** Where `cause` has words of the container's log: the same without them. */
  readonly causeWithoutLog?: string
  readonly fix: string
}

/** One known way to fail. */
export interface Rule {
  /** For programs, and for ever: it stands in reports. */
  readonly id: string
  find(sign: Sign, facts: Facts): Finding | undefined
}

type Say = (found: RegExpExecArray, sign: Sign, facts: Facts) => Finding | undefined

/** A rule for the words of ECS, whether they stand at a stopped task or in an event of the service. */
export const onMessage = (id: string, words: RegExp, say: Say): Rule => ({
  id,
  find: (sign, facts) =>
    sign.kind === 'task' || sign.kind === 'event' ? answer(words, say, sign, facts) : undefined,
})

/** A rule for what the load balancer says of a target. */
export const onHealth = (id: string, words: RegExp, say: Say): Rule => ({
  id,
  find: (sign, facts) => (sign.kind === 'health' ? answer(words, say, sign, facts) : undefined),
})

/** A rule for how a container ended. Of one that the scheduler stopped, the end says nothing. */
export const onExit = (
  id: string,
  say: (failure: Failure, facts: Facts, text: string) => Finding | undefined,
): Rule => ({
  id,
  find: ({ kind, failure, text }, facts) =>
    kind === 'task' && failure && failure.stopCode !== 'ServiceSchedulerInitiated'
      ? say(failure, facts, text)
      : undefined,
})

function answer(words: RegExp, say: Say, sign: Sign, facts: Facts): Finding | undefined {
  const found = words.exec(sign.text)
  return found ? say(found, sign, facts) : undefined
}

/** 'Container app', or 'A container' where ECS names none. */
export const nameOf = (failure: Failure | undefined): string =>
  failure?.container === undefined ? 'A container' : `Container ${quote(failure.container)}`
