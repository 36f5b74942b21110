import type { FreePorts } from './free-ports.ts'

/**
 * The ports of a container that shares this machine's network: each container port stands for a free one here, which
 * the program has to listen on.
 */
export class ContainerPorts {
  private readonly ports: FreePorts
  private readonly mapped: ReadonlyMap<number, number>

  private constructor(ports: FreePorts, mapped: ReadonlyMap<number, number>) {
    this.ports = ports
    this.mapped = mapped
  }

  static async take(ports: FreePorts, containerPorts: readonly number[]): Promise<ContainerPorts> {
    const mapped = new Map<number, number>()
    for (const port of containerPorts) mapped.set(port, await ports.take())
    return new ContainerPorts(ports, mapped)
  }

  /** What tells the program: `PORT` for the first container port, `PORT_3000` for 3000 and so on, `HOST`. */
  get variables(): Record<string, string> {
    const [first] = this.mapped.values()
    if (first === undefined) return {}
    const each = [...this.mapped].map(([port, here]) => [`PORT_${port}`, String(here)] as const)
    return { HOST: '127.0.0.1', PORT: String(first), ...Object.fromEntries(each) }
  }

  /** Where the first container port is; nothing for a container without ports. */
  get first(): { readonly host: string; readonly port: number } | undefined {
    const [first] = this.mapped.keys()
    return first === undefined ? undefined : this.address(first)
  }

  address(containerPort: number): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: this.mapped.get(containerPort) ?? containerPort }
  }

  release(): void {
    for (const port of this.mapped.values()) this.ports.release(port)
  }
}
