import type { RuntimePlatform } from '@aws-sdk/client-ecs'
import type { PulledImage } from '../../ecr/part.ts'
import type { ContainerToRun, RunningContainer, TaskDriver } from '../../../tasks/driver.ts'
import { commandOf } from '../../../tasks/program.ts'

/** The platform to ask a registry for: X86_64 and Linux where the task definition says nothing. */
export function platformOf(runtime: RuntimePlatform | undefined): {
  readonly os: string
  readonly architecture: string
} {
  return { os: 'linux', architecture: runtime?.cpuArchitecture === 'ARM64' ? 'arm64' : 'amd64' }
}

/**
 * A driver whose containers meet an image of another architecture as a kernel does: the container starts, prints
 * `exec …: exec format error` and exits with 1. ECS gives no reason beside the exit code.
 */
export function withArchitecture(driver: TaskDriver, architecture: string): TaskDriver {
  return {
    ...driver,
    start: (container) =>
      fits(container.image, architecture)
        ? driver.start(container)
        : Promise.resolve(execFormatError(container)),
  }
}

const fits = (image: PulledImage, architecture: string): boolean =>
  image.architecture === architecture

function execFormatError(container: ContainerToRun): RunningContainer {
  container.onOutput(`exec ${commandOf(container)[0] ?? ''}: exec format error`, 'stderr')
  return {
    exited: Promise.resolve({ exitCode: 1 }),
    listening: () => Promise.resolve(),
    address: (port) => ({ host: '127.0.0.1', port }),
    signal: () => undefined,
    runtimeId: `${container.taskId}-${container.name}`,
  }
}
