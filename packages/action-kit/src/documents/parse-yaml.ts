/** `problem`: what is wrong first, and where, as `words (line 3 column 7)`. */
export type ParsedYaml = { readonly value: unknown } | { readonly problem: string }

/**
 * Reads YAML or JSON that is AWS's and is handed on as it is: with all that the parser allows, as the official
 * actions read it. What is ours to understand is read by {@link parseDocument}, which takes less and explains more.
 */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  // Loaded only when there is something to read: most task definitions are JSON.
  const yaml = await import('yaml')
  const document = yaml.parseDocument(text, { prettyErrors: true })
  const [error] = document.errors
  if (!error) return { value: document.toJS({ maxAliasCount: 100 }) as unknown }
  const at = error.linePos?.[0]
  const place = at ? ` (line ${at.line} column ${at.col})` : ''
  const words = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')
  return { problem: `${words ?? 'unknown problem'}${place}` }
}
