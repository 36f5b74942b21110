import { ContainerStartError, type RunningContainer } from './driver.ts'

/** The containers of a driver, those that are just being started included, so that closing misses none. */
export class StartedContainers<Container extends RunningContainer> {
  private readonly gone: (container: Container) => Promise<unknown>
  private readonly starting = new Set<Promise<unknown>>()
  private readonly running = new Set<Container>()
  private isClosed = false

  /** `gone` resolves when nothing of a container is left. */
  constructor(gone: (container: Container) => Promise<unknown>) {
    this.gone = gone
  }

  /** Runs `start` and keeps what it started until it is gone. Throws {@link ContainerStartError} once closed. */
  add(start: () => Promise<Container>): Promise<Container> {
    if (this.isClosed) return Promise.reject(new ContainerStartError('The endpoint is closing.'))
    const started = start().then((container) => {
      this.running.add(container)
      void this.gone(container).then(() => this.running.delete(container))
      return container
    })
    this.starting.add(started)
    const settled = (): void => {
      this.starting.delete(started)
    }
    started.then(settled, settled)
    return started
  }

  /** Kills all; resolves when all are gone. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.allSettled(this.starting)
    const all = [...this.running]
    for (const container of all) container.signal('SIGKILL')
    await Promise.all(all.map((container) => this.gone(container)))
  }
}
