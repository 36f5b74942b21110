/** The task lifecycle on a virtual clock with real processes, and nothing else of the endpoint. */
import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { ImagePullError, type PulledImage } from '../../src/services/ecr/part.ts'
import { createLifecycle } from '../../src/services/ecs/lifecycle/lifecycle.ts'
import type { ClusterRecord, TaskLifecycle, TaskRecord } from '../../src/services/ecs/model.ts'
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import { nodeImage, SERVER } from '../tasks/make-image.ts'

const PLACE = { account: '123456789012', region: 'us-east-1' }
const LISTEN =
  'import { createServer } from "node:net"; createServer().listen(Number(process.env.PORT))'
const IMAGES: Record<string, string> = {
  server: SERVER,
  crash: 'console.error("boom"); process.exit(3)',
  done: 'console.log("migrated")',
  stubborn: `${LISTEN}; process.on("SIGTERM", () => console.log("no"))`,
  idle: `${LISTEN}; process.on("SIGTERM", () => { console.log("idle ends"); process.exit(0) })`,
  environment: `${LISTEN}; console.log(JSON.stringify(process.env))`,
}

async function pull(reference: string): Promise<PulledImage> {
  const code = IMAGES[reference]
  if (code === undefined)
    throw new ImagePullError(`CannotPullContainerError: ${reference}: not found`)
  return nodeImage(code)
}

const LOGGED: ContainerDefinition = {
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'known', 'awslogs-stream-prefix': 'ecs' },
  },
}

/** An essential container of one of the images above, with one port and a log group that is there. */
export const containerOf = (
  image: string,
  more: ContainerDefinition = {},
): ContainerDefinition => ({
  name: image,
  image,
  essential: true,
  portMappings: [{ containerPort: 3000 }],
  ...LOGGED,
  ...more,
})

export const serverOf = (more: ContainerDefinition = {}): ContainerDefinition =>
  containerOf('server', more)

export interface TaskWorld {
  readonly clock: VirtualClock
  readonly lifecycle: TaskLifecycle
  /** Lines in the log groups: `group stream: line`. */
  readonly printed: string[]
  /** Changes of state of the last task, for example `5s PENDING`. */
  readonly history: string[]
  start(
    containerDefinitions: ContainerDefinition[],
    more?: Partial<TaskDefinition>,
    overrides?: object,
  ): TaskRecord
  /** What a program printed may still be on its way. */
  untilPrinted(lines: number): Promise<void>
  close(): Promise<void>
}

/** The log group `known` and the secret `/known` are there. */
export function createTaskWorld(): TaskWorld {
  const clock = new VirtualClock(0)
  const driver = createProcessDriver()
  const printed: string[] = []
  const history: string[] = []
  const cluster: ClusterRecord = {
    name: 'c',
    arn: 'arn',
    shape: {},
    tags: [],
    services: new Map(),
    tasks: new Map(),
  }
  const lifecycle = createLifecycle({
    clock,
    place: PLACE,
    driver,
    images: { pull },
    logs: {
      hasGroup: (group) => group === 'known',
      write: (group, stream, line) => printed.push(`${group} ${stream}: ${line}`),
    },
    secrets: (valueFrom) => (valueFrom === '/known' ? 'hidden' : undefined),
    patience: { stopping: 300 },
  })
  let last = 'PROVISIONING'
  lifecycle.onChange(({ lastStatus }) => {
    if (lastStatus !== last) history.push(`${clock.now() / 1000}s ${lastStatus}`)
    last = lastStatus
  })
  return {
    clock,
    lifecycle,
    printed,
    history,
    start: (containerDefinitions, more = {}, overrides = {}) =>
      lifecycle.start({
        cluster,
        taskDefinition: {
          family: 'f',
          revision: 1,
          arn: 'arn:f:1',
          shape: { containerDefinitions, ...more },
          tags: [],
        },
        group: 'family:f',
        launchType: 'FARGATE',
        overrides,
      }),
    async untilPrinted(lines) {
      while (printed.length < lines) await clock.settle()
    },
    async close() {
      lifecycle.close()
      await driver.close()
    },
  }
}
