/** A push of packages/registry beside `skopeo copy` of the same layout to the same registry, wall time and memory. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  randomImage,
  testImage,
  writeLayout,
  type TestImage,
} from '../../packages/registry/test/test-images.ts'
import { startDockerRegistry } from '../support/docker-registry.ts'
import { startLocalAwsProcess } from '../support/local-aws-process.ts'
import { NODE_24 } from '../support/run-bundle.ts'
import { clientsFor } from '../support/stack.ts'
import { bundleFile } from '../../tools/bundle/bundle-actions.ts'

const run = promisify(execFile)

const ROUNDS = 5
const MB = 1_000_000
/** 200 MB in all. */
const LAYERS = [80 * MB, 50 * MB, 30 * MB, 20 * MB, 15 * MB, 5 * MB]
/** Those of the base image, which most pushes find in the repository. */
const PRESENT = 4

interface Registry {
  readonly host: string
  readonly password: string
  stop(): Promise<unknown>
}

interface Push {
  readonly seconds: number
  readonly peakMegabytes: number | undefined
}

const registries: Readonly<Record<string, () => Promise<Registry>>> = {
  'local-aws': async () => {
    const aws = await startLocalAwsProcess([])
    const { ecr } = clientsFor(aws)
    await ecr.createRepository({ repositoryName: 'app' })
    const { authorizationData } = await ecr.getAuthorizationToken({})
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64')
    return {
      host: aws.registry,
      password: token.toString().slice('AWS:'.length),
      stop: () => aws.stop(),
    }
  },
  'docker-registry': async () => ({ ...(await startDockerRegistry()), password: 'none' }),
}

const pushers: Readonly<Record<string, (layout: string, to: Registry) => Promise<Push>>> = {
  'ecs-pipeline': async (layout, to) => {
    const { seconds, stdout } = await timed(NODE_24, [
      join(await bundled, 'index.js'),
      ...[layout, to.host, 'app', 'bench', 'AWS', to.password],
    ])
    const { peakMegabytes } = JSON.parse(stdout) as { readonly peakMegabytes: number }
    return { seconds, peakMegabytes }
  },
  'skopeo copy': async (layout, { host, password }) => {
    const { seconds } = await timed('skopeo', [
      ...['--insecure-policy', 'copy', '--quiet', '--dest-tls-verify=false'],
      ...['--dest-creds', `AWS:${password}`, `oci:${layout}`, `docker://${host}/app:bench`],
    ])
    return { seconds, peakMegabytes: undefined }
  },
}

/** As the action is, so that nothing is compiled while it is measured. */
const bundled = mkdtemp(join(tmpdir(), 'bench-push-bundle-')).then(async (folder) => {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await bundleFile('test/bench/push-process.ts', folder)
  return folder
})

async function timed(
  program: string,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly stdout: string }> {
  const began = performance.now()
  const { stdout } = await run(program, [...args])
  return { seconds: (performance.now() - began) / 1000, stdout }
}

/** One table. Each round has layers of its own: skopeo remembers those it has sent anywhere. */
export async function measurePushes(): Promise<string> {
  const lines = ['registry          layers there   pusher         median s   fastest s   peak MB']
  for (const [name, start] of Object.entries(registries)) {
    for (const present of [0, PRESENT]) {
      const results = await compare(start, present)
      for (const [pusher, pushes] of results) lines.push(lineOf(name, present, pusher, pushes))
    }
  }
  await rm(await bundled, { recursive: true, force: true })
  const load = loadavg().map((each) => each.toFixed(1))
  return `${lines.join('\n')}\nload average at the end: ${load.join(', ')}`
}

async function compare(
  start: () => Promise<Registry>,
  present: number,
): Promise<ReadonlyMap<string, readonly Push[]>> {
  const results = new Map<string, Push[]>(Object.keys(pushers).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    const order = Object.entries(pushers)
    // Who comes first may have the colder machine.
    if (round % 2 === 1) order.reverse()
    for (const [name, push] of order) {
      const seed = `${name} ${present} ${round} ${Math.random()}`
      results.get(name)?.push(await once(start, push, seed, present))
    }
  }
  return results
}

async function once(
  start: () => Promise<Registry>,
  push: (layout: string, to: Registry) => Promise<Push>,
  seed: string,
  present: number,
): Promise<Push> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-push-'))
  const registry = await start()
  try {
    const image = randomImage(seed, ...LAYERS)
    const layout = await writeLayout(join(folder, 'image'), image)
    if (present > 0) {
      const base = await writeLayout(join(folder, 'base'), baseOf(image, present))
      await pushers['ecs-pipeline']?.(base, registry)
    }
    return await push(layout, registry)
  } finally {
    await registry.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const baseOf = ({ layers, blobs }: TestImage, count: number): TestImage =>
  testImage(layers.slice(0, count).flatMap(({ digest }) => blobs.get(digest) ?? []))

function lineOf(
  registry: string,
  present: number,
  pusher: string,
  pushes: readonly Push[],
): string {
  const seconds = pushes.map((push) => push.seconds).sort((a, b) => a - b)
  const peaks = pushes.flatMap(({ peakMegabytes }) => peakMegabytes ?? [])
  const cells = [
    registry.padEnd(17),
    `${present} of ${LAYERS.length}`.padEnd(14),
    pusher.padEnd(14),
    (seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(2).padEnd(10),
    (seconds[0] ?? 0).toFixed(2).padEnd(11),
    peaks.length > 0 ? Math.max(...peaks).toFixed(0) : '-',
  ]
  return cells.join(' ')
}
