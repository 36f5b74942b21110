/** Runs of the committed bundle of quality-gate, with a cache service and an audit service on this machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { GateReport } from '../../../actions/quality-gate/report.ts'
import { startCacheServer, type CacheServer } from '../cache/cache-server.ts'
import { listen, type ListeningServer } from '../listening-server.ts'
import { NODE_24, runBundle, type BundleOptions, type BundleRun } from '../run-bundle.ts'
import { annotationsIn, type Annotation } from './annotations.ts'
import type { EventVariables, GateRepository } from './repository.ts'

export interface GateRun extends BundleRun {
  readonly gate: GateReport
  readonly annotations: readonly Annotation[]
}

export class GateStage {
  readonly cache: CacheServer
  /** The registry that `npm audit` asks: it knows of no vulnerability. */
  readonly registry: ListeningServer
  private readonly home: string

  private constructor(cache: CacheServer, registry: ListeningServer, home: string) {
    this.cache = cache
    this.registry = registry
    this.home = home
  }

  static async open(): Promise<GateStage> {
    const registry = await listen(() => ({ status: 200, body: {} }))
    const home = await mkdtemp(join(tmpdir(), 'quality-gate-home-'))
    return new GateStage(await startCacheServer(), registry, home)
  }

  async close(): Promise<void> {
    await Promise.all([this.cache.close(), this.registry.close()])
    await rm(this.home, { recursive: true, force: true })
  }

  /** `options.env` wins over everything; a token that is empty is not given. */
  async run(
    { folder }: GateRepository,
    event: EventVariables,
    options: BundleOptions = {},
  ): Promise<GateRun> {
    const run = await runBundle('quality-gate', {
      ...options,
      workspace: folder,
      env: {
        // The project's own commands find the Node of its job, which is not the one that runs the action.
        PATH: [dirname(NODE_24), process.env['PATH'] ?? ''].join(delimiter),
        HOME: this.home,
        TMPDIR: this.home,
        npm_config_registry: `${this.registry.url}/`,
        ...this.cache.environment('v2'),
        ...event,
        ...options.env,
      },
    })
    // A refused one has no report.
    const gate = (run.report ?? {}) as unknown as GateReport
    return { ...run, gate, annotations: annotationsIn(run.stdout) }
  }
}

/** The gate of that id, or an error that names those that there are. */
export function gateOf({ gate: { gates } }: GateRun, id: string): GateReport['gates'][number] {
  const found = gates.find(({ gate }) => gate.id === id)
  if (!found)
    throw new Error(`There is no gate ${id} in ${gates.map((each) => each.gate.id).join(', ')}.`)
  return found
}

export function checkOf({ gate: { checks } }: GateRun, id: string): GateReport['checks'][number] {
  const found = checks.find(({ check }) => check.id === id)
  if (!found) throw new Error(`There is no check ${id}.`)
  return found
}
