/** Ports that answer from values; a test gives only what it is about, everything else fails loudly. */
import type { Ports } from '../../src/ports.ts'

type Partials = { readonly [Name in keyof Ports]?: Partial<Ports[Name]> }

export function fakePorts(given: Partials): Ports {
  const port = <Name extends keyof Ports>(name: Name): Ports[Name] =>
    new Proxy((given[name] ?? {}) as Ports[Name], {
      get(target, method) {
        const found = Reflect.get(target, method) as unknown
        if (found !== undefined) return found
        return () => Promise.reject(new Error(`${name}.${String(method)} was not expected`))
      },
    })
  return {
    deployments: port('deployments'),
    taskDefinitions: port('taskDefinitions'),
    tasks: port('tasks'),
    targets: port('targets'),
    metrics: port('metrics'),
    images: port('images'),
    logTails: port('logTails'),
    scaling: port('scaling'),
    web: port('web'),
    oneOffTasks: port('oneOffTasks'),
    codeDeploy: port('codeDeploy'),
    dns: port('dns'),
  }
}
