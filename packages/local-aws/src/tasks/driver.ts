import type { PulledImage } from '../services/ecr/part.ts'

/** One container to run, all names resolved: what is left of the task definition, the image and the overrides. */
export interface ContainerToRun {
  readonly taskId: string
  readonly name: string
  readonly image: PulledImage
  /** Replace the image's own when given. */
  readonly entryPoint?: readonly string[]
  readonly command?: readonly string[]
  readonly workingDirectory?: string
  readonly user?: string
  /** The whole environment beside the image's own: task definition, secrets, overrides, ECS's own variables. */
  readonly environment: Readonly<Record<string, string>>
  /** Container ports that something outside may dial. */
  readonly ports: readonly number[]
  /** Each whole line that the container prints, without its line end. */
  readonly onOutput: (line: string, from: 'stdout' | 'stderr') => void
}

export interface RunningContainer {
  /** Resolves once. 128 + signal number when a signal ended it, as a shell counts. */
  readonly exited: Promise<{ readonly exitCode: number }>
  /**
   * Resolves when the container listens on its first port or has exited or `ms` (wall) have passed, whichever
   * comes first, so that virtual time can wait for it. ECS itself does not wait for a port.
   */
  listening(ms: number): Promise<void>
  /** Where on this machine a container port can be reached. */
  address(containerPort: number): { readonly host: string; readonly port: number }
  signal(name: 'SIGTERM' | 'SIGKILL'): void
  /** For example a process id or a container id. */
  readonly runtimeId: string
}

/** Why a container did not start although its image was there; `message` is worded as ECS words it. */
export class ContainerStartError extends Error {
  override readonly name = 'ContainerStartError'
}

/** Runs containers for real. One driver serves a whole endpoint. */
export interface TaskDriver {
  /** Throws {@link ContainerStartError}. */
  start(container: ContainerToRun): Promise<RunningContainer>
  /** Runs a container health check command inside the container; true when it exits 0. */
  check(
    container: RunningContainer,
    command: readonly string[],
    wallTimeoutMs: number,
  ): Promise<boolean>
  /** Ends everything that still runs and removes what was unpacked. */
  close(): Promise<void>
}
