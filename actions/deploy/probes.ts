import { Denied } from '@ecs-pipeline/rollout'

/**
 * Whether something may be asked, found out once for several services: whoever may read the tasks, or the target
 * health, of one service of a cluster may read those of all (the actions know the cluster, or nothing, as a resource).
 */
export class Probes {
  private readonly asked = new Map<string, Promise<unknown>>()

  /** `what` names the permission. Throws the port's error. */
  async probe(what: string, ask: () => Promise<unknown>): Promise<void> {
    const first = this.asked.get(what)
    if (!first) {
      const answer = ask()
      this.asked.set(what, answer)
      await answer
      return
    }
    try {
      await first
    } catch (error) {
      // Anything else may be wrong with the other service alone.
      if (error instanceof Denied) throw error
      await ask()
    }
  }
}
