/** The inputs of a run on several services. */
import { InputError, type InputSource } from '@ecs-pipeline/action-kit'
import type { SetPolicy } from '@ecs-pipeline/rollout'
import { readDeployInputs, schema, type ServiceInputs } from '../inputs.ts'
import { readServices, type ServiceEntry } from './services-input.ts'

export interface SetInputs extends SetPolicy {
  /** In the order in which they were given; at least one. */
  readonly members: readonly { readonly inputs: ServiceInputs; readonly wave: number }[]
  /** What holds for the whole step is the same in all; read here. */
  readonly step: ServiceInputs
}

/** `undefined`: the run is on one service, or on none. Throws one InputError that lists everything that is wrong. */
export async function readSetInputs(source: InputSource): Promise<SetInputs | undefined> {
  const text = source('services')
  if (text.trim() === '') return undefined
  const { order, onFailure, service, runTask } = schema.read(source)
  const problems: string[] = []
  if (service !== undefined) {
    problems.push(`Inputs 'service' and 'services' do not go together. Remove one of them.`)
  }
  if (runTask) {
    problems.push(
      `Input 'run-task' does not go with 'services': run the task in a step of its own before this one, without 'service'.`,
    )
  }
  const entries = await readServices(text, source)
  problems.push(...waveProblems(entries, order))
  const members = entries.flatMap((entry) => {
    try {
      const inputs = { ...readDeployInputs(sourceOf(entry)), service: entry.service }
      return [{ inputs, wave: entry.wave ?? 1 }]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      problems.push(...error.problems.map((problem) => `Service ${entry.service}: ${problem}`))
      return []
    }
  })
  problems.push(...recordProblems(members.map(({ inputs }) => inputs)))
  const [first] = members
  if (problems.length > 0 || !first) throw new InputError([...new Set(problems)])
  return { order, rollsBackAll: onFailure === 'rollback-all', members, step: first.inputs }
}

/** What says how the services go together is not for each of them. */
const sourceOf =
  ({ service, source }: ServiceEntry): InputSource =>
  (name) => {
    if (name === 'service') return service
    if (name === 'services' || name === 'order') return ''
    const given = source(name)
    return name === 'on-failure' && given === 'rollback-all' ? 'rollback' : given
  }

/** A simple record leads to one place. */
function recordProblems(members: readonly ServiceInputs[]): readonly string[] {
  const simple = members.filter(({ dns }) => dns && dns.weight === undefined)
  const names = new Set(simple.map(({ dns }) => dns?.name ?? ''))
  return [...names].flatMap((name) => {
    const wanting = simple.filter(({ dns }) => dns?.name === name)
    const services = wanting.map(({ service }) => service).join(', ')
    return wanting.length === 1
      ? []
      : [
          `Input 'dns-record': ${name} cannot lead to several services (${services}). Give each a record of its own in \`services\`, or a \`dns-weight\`.`,
        ]
  })
}

function waveProblems(
  entries: readonly ServiceEntry[],
  order: SetPolicy['order'],
): readonly string[] {
  const named = entries.filter(({ wave }) => wave !== undefined)
  if (order !== 'waves') {
    return named.length === 0
      ? []
      : [`Input 'services' has waves, but 'order' is '${order}': set 'order: waves'.`]
  }
  const without = entries.filter(({ wave }) => wave === undefined)
  return without.length === 0
    ? []
    : [
        `Input 'order' is 'waves', so each service has to say its \`wave\`: ${without.map(({ service }) => service).join(', ')} does not.`,
      ]
}
