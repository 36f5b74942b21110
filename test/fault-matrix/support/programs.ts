/** Tasks that are programs inside this process: what a matrix of a thousand runs can afford. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  ContainerToRun,
  RunningContainer,
  TaskDriver,
} from '../../../packages/local-aws/src/tasks/driver.ts'

/** Containers whose image says `BEHAVIOUR=crash` end at once; all others share one server that is always healthy. */
export async function createPrograms(): Promise<TaskDriver> {
  const server = createServer((_request, response) => response.end('ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    start: (container) => Promise.resolve(start(container, server)),
    check: () => Promise.resolve(true),
    close: () => shut(server),
  }
}

function start(container: ContainerToRun, server: Server): RunningContainer {
  const isCrash = (container.image.config.Env ?? []).includes('BEHAVIOUR=crash')
  const ended = Promise.withResolvers<{ readonly exitCode: number }>()
  if (isCrash) {
    container.onOutput('cannot read the configuration: LEDGER_CURRENCY is missing', 'stderr')
    ended.resolve({ exitCode: 3 })
  }
  return {
    exited: ended.promise,
    listening: () => Promise.resolve(),
    address: () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }),
    signal: () => {
      ended.resolve({ exitCode: 0 })
    },
    runtimeId: container.taskId,
  }
}

const shut = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
