/** What results of SARIF refer to in their run: rules with their levels and texts, files, and folders that paths count from. */
import { isObject, listIn, objectIn, textIn, type JsonObject } from '../reports/json-shape.ts'
import type { IssueLevel } from './issue.ts'

export type SarifLevel = IssueLevel | 'none'

export interface SarifRule {
  readonly id: string | undefined
  readonly level: SarifLevel | undefined
  /** By the id of a message. */
  readonly texts: ReadonlyMap<string, string>
}

/** The driver (`undefined`), or the number of an extension. */
export type Component = number | undefined

export interface SarifRun {
  tool: string
  readonly rules: Map<Component, SarifRule[]>
  readonly byId: Map<string, SarifRule>
  /** Texts that all rules share. */
  texts: ReadonlyMap<string, string>
  readonly artifacts: JsonObject[]
  bases: JsonObject
}

export const emptyRun = (): SarifRun => ({
  tool: 'SARIF',
  rules: new Map(),
  byId: new Map(),
  texts: new Map(),
  artifacts: [],
  bases: {},
})

export const isSarifLevel = (value: unknown): value is SarifLevel =>
  value === 'error' || value === 'warning' || value === 'note' || value === 'none'

export function addRule(run: SarifRun, component: Component, value: unknown): void {
  const level = objectIn(objectIn(value)?.['defaultConfiguration'])?.['level']
  const rule: SarifRule = {
    id: textIn(objectIn(value)?.['id']),
    level: isSarifLevel(level) ? level : undefined,
    texts: textsIn(objectIn(value)?.['messageStrings']),
  }
  const rules = run.rules.get(component) ?? []
  rules.push(rule)
  run.rules.set(component, rules)
  if (rule.id !== undefined && !run.byId.has(rule.id)) run.byId.set(rule.id, rule)
}

/** Its texts by their ids (SARIF 2.1.0, 3.49.11). */
export function textsIn(value: unknown): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const [id, each] of Object.entries(objectIn(value) ?? {})) {
    const text = textIn(objectIn(each)?.['text'])
    if (text !== undefined) texts.set(id, text)
  }
  return texts
}

/**
 * The rule of a result: by its index, else by its id, of which the last part may name a special case of the rule
 * (SARIF 2.1.0, 3.27.5 to 3.27.7 and 3.52.4: `CA1000/1`).
 */
export function ruleOf(
  run: SarifRun,
  result: JsonObject,
): { readonly id: string | undefined; readonly rule: SarifRule | undefined } {
  const reference = objectIn(result['rule'])
  const extension = objectIn(reference?.['toolComponent'])?.['index']
  const component = typeof extension === 'number' && extension >= 0 ? extension : undefined
  const index = result['ruleIndex'] ?? reference?.['index']
  const written = textIn(result['ruleId']) ?? textIn(reference?.['id'])
  const byIndex = typeof index === 'number' ? run.rules.get(component)?.[index] : undefined
  const rule = byIndex ?? (written === undefined ? undefined : byId(run, written))
  return { id: written ?? rule?.id, rule }
}

function byId({ byId: rules }: SarifRun, id: string): SarifRule | undefined {
  const slash = id.lastIndexOf('/')
  return rules.get(id) ?? (slash > 0 ? rules.get(id.slice(0, slash)) : undefined)
}

/** Its text, or the one that its id stands for, with `{0}` filled in (SARIF 2.1.0, 3.11). */
export function messageOf(run: SarifRun, rule: SarifRule | undefined, value: unknown): string {
  const message = objectIn(value)
  const id = textIn(message?.['id'])
  const text =
    textIn(message?.['text']) ??
    textIn(message?.['markdown']) ??
    (id === undefined ? undefined : (rule?.texts.get(id) ?? run.texts.get(id)))
  const values = listIn(message?.['arguments']) ?? []
  return (text ?? '').replace(/\{(\d+)\}|\{\{|\}\}/g, (found, index: string | undefined) =>
    index === undefined ? found.charAt(0) : (textIn(values[Number(index)]) ?? found),
  )
}

/** `uri` with the folders that it counts from; a relative path is decoded, an address `file://` stays one. */
export function pathOf(run: SarifRun, value: unknown): string | undefined {
  const location = objectIn(value)
  const index = location?.['index']
  const artifact =
    typeof index === 'number' ? objectIn(run.artifacts[index]?.['location']) : undefined
  const of = textIn(location?.['uri']) === undefined ? artifact : location
  let uri = textIn(of?.['uri'])
  if (uri === undefined) return undefined
  let base = textIn(of?.['uriBaseId'])
  // A base may count from another one. Ten are enough, and a circle ends here.
  for (
    let depth = 0;
    base !== undefined && depth < 10 && !/^[a-z][a-z0-9+.-]+:/i.test(uri);
    depth++
  ) {
    const known: unknown = run.bases[base]
    if (!isObject(known)) break
    const folder = textIn(known['uri'])
    if (folder !== undefined) uri = `${folder}${folder.endsWith('/') ? '' : '/'}${uri}`
    base = textIn(known['uriBaseId'])
  }
  return /^file:/i.test(uri) ? uri : decoded(uri)
}

/** As it stands when it is wrongly encoded. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}
