/** One push by packages/registry, in a process of its own; prints what came of it and the most memory it had. */
import { readFile } from 'node:fs/promises'
import { openImage, pushImage } from '@ecs-pipeline/registry'
// Not the whole package: what else the action loads is no part of a push.
import { realClock } from '../../packages/action-kit/src/real-clock.ts'

const [layout = '', host = '', repository = '', tag = '', user = '', password = ''] =
  process.argv.slice(2)
const { signal } = new AbortController()
const login = { host, user, password }
const image = await openImage('oci-layout', layout)
const pushed = await pushImage(
  await image.ready(layout, signal),
  { login, newLogin: async () => login, repository, tag },
  { clock: realClock, signal, say: () => undefined },
)
const status = await readFile('/proc/self/status', 'utf8')
const peakMegabytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
console.log(JSON.stringify({ ...pushed, peakMegabytes }))
