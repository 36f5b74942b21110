import { connect } from 'node:net'

const TRY_EVERY_MS = 10

/**
 * Resolves when something accepts a connection at the address, when `over` resolves, or when `ms` (wall) have
 * passed. A program sees connections that close at once, as from a TCP health check.
 */
export async function untilListening(
  address: { readonly host: string; readonly port: number } | undefined,
  over: Promise<unknown>,
  ms: number,
): Promise<void> {
  let ended = false
  let wake = (): void => undefined
  const end = (): void => {
    ended = true
    wake()
  }
  const deadline = setTimeout(end, ms)
  void over.then(end, end)
  while (!ended && !(address && (await accepts(address)))) {
    await new Promise<void>((resolve) => {
      wake = resolve
      if (address) setTimeout(resolve, TRY_EVERY_MS)
    })
  }
  clearTimeout(deadline)
}

const accepts = ({ host, port }: { host: string; port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
