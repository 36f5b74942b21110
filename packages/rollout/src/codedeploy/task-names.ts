import type { ServiceView, TaskView } from '../views.ts'
import { nameOf } from './as-service.ts'

/** Tasks say which task set started them; a watch knows them by the deployment that made the set. */
export class TaskNames {
  /** By task set, also of those that are gone. */
  private readonly names = new Map<string, string>()
  private statuses: ReadonlyMap<string, string> = new Map()

  learn({ taskSets = [] }: ServiceView): void {
    for (const each of taskSets) this.names.set(each.id, nameOf(each))
    this.statuses = new Map(taskSets.map(({ id, status }) => [id, status]))
  }

  named(tasks: readonly TaskView[]): readonly TaskView[] {
    return tasks.map((task) => {
      const name = this.names.get(task.startedBy ?? '')
      return name === undefined ? task : { ...task, startedBy: name }
    })
  }

  /** Without those that users have left; those that they are on come first. */
  inUse(tasks: readonly TaskView[]): readonly TaskView[] {
    const statusOf = ({ startedBy = '' }: TaskView): string | undefined =>
      this.statuses.get(startedBy)
    const present = tasks.filter((each) => statusOf(each) !== 'DRAINING')
    const rank = (task: TaskView): number => (statusOf(task) === 'PRIMARY' ? 0 : 1)
    return this.named(present.toSorted((a, b) => rank(a) - rank(b)))
  }
}
