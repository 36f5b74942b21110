import type { ActionFile } from '../action-files.ts'

/** The inputs of an action as a Markdown table. */
export function inputTable({ inputs = {} }: ActionFile): string {
  const rows = Object.entries(inputs).map(([name, input]) => {
    const fallback = input.required ? '**required**' : code(input.default ?? '')
    return [code(name), sentence(input.description), fallback]
  })
  return table(['input', 'meaning', 'default'], rows)
}

/** The outputs of an action as a Markdown table. */
export function outputTable({ outputs = {} }: ActionFile): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [
    code(name),
    sentence(description),
  ])
  return table(['output', 'meaning'], rows)
}

/** Puts the tables between `<!-- inputs -->` and `<!-- /inputs -->`, and the same for outputs, where a text has them. */
export function fillTables(text: string, action: ActionFile): string {
  const tables = { inputs: inputTable(action), outputs: outputTable(action) }
  return Object.entries(tables).reduce(
    (filled, [name, content]) => fillBlock(filled, name, content),
    text,
  )
}

/** Puts content between `<!-- name -->` and `<!-- /name -->`, where a text has them. */
export const fillBlock = (text: string, name: string, content: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`, 'g'),
    (_all, begin: string, end: string) => `${begin}\n\n${content}\n\n${end}`,
  )

export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n')
}

const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``)

const sentence = (text = ''): string => text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')
