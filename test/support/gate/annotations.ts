/** What the runner shows on lines of files: the commands in what a step prints. */

export interface Annotation {
  readonly level: string
  readonly file: string | undefined
  readonly line: number | undefined
  readonly endLine: number | undefined
  readonly title: string
  readonly message: string
}

export function annotationsIn(stdout: string): readonly Annotation[] {
  const found = stdout.matchAll(/^::(error|warning|notice)( [^:]*)?::(.*)$/gm)
  return [...found].map(([, level = '', properties = '', message = '']) => {
    const of = new Map(
      properties
        .trim()
        .split(',')
        .map((each) => [
          each.slice(0, each.indexOf('=')),
          plain(each.slice(each.indexOf('=') + 1)),
        ]),
    )
    const number = (name: string): number | undefined =>
      of.has(name) ? Number(of.get(name)) : undefined
    return {
      level,
      file: of.get('file'),
      line: number('line'),
      endLine: number('endLine'),
      title: of.get('title') ?? '',
      message: plain(message),
    }
  })
}

/** As @actions/core escapes it. */
const plain = (text: string): string =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
