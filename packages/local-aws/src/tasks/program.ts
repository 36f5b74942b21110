/** How a container's command becomes a program of this machine, for a driver that does not shut it in. */
import { accessSync, constants, statSync } from 'node:fs'
import { posix } from 'node:path'
import { ContainerStartError, type ContainerToRun } from './driver.ts'

const IMAGE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Entry point and command as ECS joins them: an entry point of its own drops the image's command. */
export function commandOf(container: ContainerToRun): readonly string[] {
  const { config } = container.image
  const entryPoint = given(container.entryPoint) ?? config.Entrypoint ?? []
  const command =
    given(container.command) ?? (given(container.entryPoint) ? [] : (config.Cmd ?? []))
  return [...entryPoint, ...command]
}

/** ECS takes an empty list in a task definition for 'not given'. */
const given = (list: readonly string[] | undefined): readonly string[] | undefined =>
  list && list.length > 0 ? list : undefined

/** The image's environment with the container's over it. */
export function environmentOf(container: ContainerToRun): Record<string, string> {
  const own = (container.image.config.Env ?? []).map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
  })
  return { ...Object.fromEntries(own), ...container.environment }
}

/** The container's working directory as a path in the image. */
export const workingDirectoryOf = (container: ContainerToRun): string =>
  posix.resolve('/', container.workingDirectory ?? container.image.config.WorkingDir ?? '/')

/** A root file system on disk, looked at from outside. */
export class Rootfs {
  private readonly root: string
  private readonly hostCommands: string

  /** Commands in the folder `hostCommands` go before the image's own. */
  constructor(root: string, hostCommands: string) {
    this.root = root
    this.hostCommands = hostCommands
  }

  /** Where an absolute path of the image stands on this machine. */
  onHost(path: string): string {
    return posix.join(this.root, posix.resolve('/', path))
  }

  /** What comes from this machine always, the image's PATH, this machine's PATH: what the image lacks comes last. */
  searchPath(imagePath = IMAGE_PATH): string {
    const own = imagePath
      .split(':')
      .filter(Boolean)
      .map((folder) => this.onHost(folder))
    return [this.hostCommands, ...own, process.env['PATH'] ?? IMAGE_PATH].join(':')
  }

  /**
   * `argv` with every absolute path that the image has moved to where it stands here, and the program found: in
   * the image, else on this machine. Throws {@link ContainerStartError}.
   */
  resolve(
    argv: readonly string[],
    workingDirectory: string,
    searchPath: string,
  ): [string, ...string[]] {
    const [program, ...rest] = argv
    if (program === undefined) {
      throw new ContainerStartError(
        'CannotCreateContainerError: Error response from daemon: No command specified',
      )
    }
    const found = this.find(program, workingDirectory, searchPath)
    if (found === undefined) throw notFound(program)
    return [found, ...rest.map((argument) => this.moved(argument))]
  }

  private find(program: string, workingDirectory: string, searchPath: string): string | undefined {
    // An image's own node may want another C library or processor than this machine has.
    if (posix.basename(program) === 'node') return process.execPath
    const places = program.includes('/')
      ? [this.onHost(posix.resolve(workingDirectory, program)), program]
      : searchPath.split(':').map((folder) => posix.join(folder, program))
    return places.find((place) => posix.isAbsolute(place) && isExecutable(place))
  }

  private moved(argument: string): string {
    if (!posix.isAbsolute(argument)) return argument
    const here = this.onHost(argument)
    return exists(here) ? here : argument
  }
}

// Words of runc as ECS passes them on (aws/amazon-ecs-cli#1136).
const notFound = (program: string): ContainerStartError => {
  const why = program.includes('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH'
  return new ContainerStartError(
    `CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "${program}": ${why}: unknown`,
  )
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
