import { type Problems, quoted } from '@ecs-pipeline/action-kit'
import type { Trigger } from '@ecs-pipeline/rollout'
import type { NamelessTrigger } from './read-trigger.ts'

/** Gives each trigger a name of its own. One that was written is taken as it is; two of them must not be equal. */
export function nameTriggers(
  triggers: readonly NamelessTrigger[],
  problems: Problems,
): readonly Trigger[] {
  const lines = new Map<string, number>()
  for (const { name, place } of triggers) {
    if (name === undefined) continue
    const first = lines.get(name)
    if (first !== undefined) {
      problems.add(
        place,
        `two triggers are called ${quoted(name)}; the first is in line ${first}. Give each a name of its own.`,
      )
    } else {
      lines.set(name, place.line)
    }
  }
  const taken = new Set(lines.keys())
  return triggers.map(({ name, trigger }) => {
    const own = name ?? freeName(trigger, taken)
    taken.add(own)
    return { name: own, ...trigger }
  })
}

/** `TargetResponseTime`, `TargetResponseTime-2` … */
function freeName({ source }: NamelessTrigger['trigger'], taken: ReadonlySet<string>): string {
  const wanted = source.kind === 'metric' ? source.metric.name : source.kind
  let name = wanted
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`
  return name
}
