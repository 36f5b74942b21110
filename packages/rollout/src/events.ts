/** Service events by their words, as the ECS developer guide lists them ('Amazon ECS service event messages'). */

const STARTED = /has started (\d+) tasks/
const ROUTINE =
  /registered \d+ targets|has begun draining|has stopped \d+ running tasks|deployment completed|has reached a steady state/

/** How many tasks the event says were started; `undefined` when it is about something else. */
export function startedTasks(message: string): number | undefined {
  const count = STARTED.exec(message)?.[1]
  return count === undefined ? undefined : Number(count)
}

/** An event of a rollout that goes well, and of one that does not: it says nothing about either. */
export const isRoutineEvent = (message: string): boolean =>
  ROUTINE.test(message) || STARTED.test(message)
