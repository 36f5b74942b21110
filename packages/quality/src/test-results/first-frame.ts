/** Where a test has failed, of the text that tells why: only when the place is plain to see. */

export interface Frame {
  readonly file: string
  readonly line: number
}

/** `at name (path:line:column)` of V8, also as an address `file://`. */
const NODE =
  /^\s*at (?:.*?\()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]|\.{0,2}[\w@-])[^()\n]*?):(\d+):\d+\)?(?: \{)?$/
/** `path.py:12: AssertionError` and `path.py:12: in name` of pytest. */
const PYTEST = /^([^\s:][^:\n]*\.py):(\d+):(?: |$)/

/** The first frame that is of neither the runtime nor an installed package. */
export function firstFrame(message: string): Frame | undefined {
  for (const text of message.split('\n')) {
    const [, path, line] = NODE.exec(text) ?? PYTEST.exec(text) ?? []
    if (path === undefined || line === undefined || isForeign(path)) continue
    return { file: path.startsWith('file://') ? pathOf(path) : path, line: Number(line) }
  }
  return undefined
}

const isForeign = (path: string): boolean =>
  /^(?:node:|internal\/|<)|(?:^|[\\/])(?:node_modules|site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]/.test(
    path,
  )

function pathOf(address: string): string {
  try {
    return decodeURIComponent(address.slice('file://'.length))
  } catch {
    return address.slice('file://'.length)
  }
}
