import type * as Yaml from 'yaml'
import type { Alias, Document, Node, Pair, Scalar } from 'yaml'
import {
  type DocumentValue,
  type MapEntry,
  type MapValue,
  type Place,
  quoted,
} from './document-value.ts'
import type { Problems } from './problems.ts'

/** A hundred for a document is plenty; ten aliases of ten aliases of ten aliases make a bomb. */
const MOST_ALIASES = 100
const MOST_VALUES = 20_000

interface Conversion {
  readonly yaml: typeof Yaml
  readonly document: Document
  readonly placeOf: (offset: number) => Place
  readonly problems: Problems
  aliases: number
  values: number
  readable: boolean
}

/**
 * Turns nodes of `yaml` into plain values; no object is ever made of the keys of a document. `undefined`, with a
 * problem, when an alias leads nowhere or there is more of it all than is read.
 */
export function convertDocument(
  yaml: typeof Yaml,
  document: Document,
  placeOf: (offset: number) => Place,
  problems: Problems,
): DocumentValue | undefined {
  const conversion: Conversion = {
    yaml,
    document,
    placeOf,
    problems,
    aliases: 0,
    values: 0,
    readable: true,
  }
  const value = convert(conversion, document.contents, { line: 1, column: 1 })
  return conversion.readable ? value : undefined
}

/** `otherwise` is the place of a value that is not there: of its key. */
function convert(conversion: Conversion, node: Node | null, otherwise: Place): DocumentValue {
  const { yaml } = conversion
  const place = node?.range ? conversion.placeOf(node.range[0]) : otherwise
  conversion.values += 1
  if (conversion.values === MOST_VALUES + 1) {
    conversion.problems.add(place, `more than ${MOST_VALUES} values are not read.`)
    conversion.readable = false
  }
  if (node === null || conversion.values > MOST_VALUES) return { kind: 'nothing', place }
  if (yaml.isAlias(node)) return followAlias(conversion, node, place)
  if (node.tag !== undefined && (yaml.isScalar(node) || yaml.isCollection(node))) {
    conversion.problems.add(
      place,
      `YAML tags (${shortTag(node.tag)}) are not read. Write the value as it is, a text in quotes.`,
    )
  }
  if (yaml.isMap<unknown, Node | null>(node)) return convertMap(conversion, node.items, place)
  if (yaml.isSeq<Node | null>(node)) {
    return {
      kind: 'list',
      place,
      items: node.items.map((item) => convert(conversion, item, place)),
    }
  }
  return convertScalar(node as Scalar, place)
}

const shortTag = (tag: string): string => tag.replace(/^tag:yaml\.org,2002:/, '!!')

function convertScalar({ value, source }: Scalar, place: Place): DocumentValue {
  switch (typeof value) {
    case 'string':
      return { kind: 'text', place, text: value }
    case 'number':
      return { kind: 'number', place, value, source: source ?? String(value) }
    case 'boolean':
      return { kind: 'truth', place, value }
    default:
      return { kind: 'nothing', place }
  }
}

function convertMap(
  conversion: Conversion,
  pairs: readonly Pair<unknown, Node | null>[],
  place: Place,
): MapValue {
  const entries = new Map<string, MapEntry>()
  for (const pair of pairs) {
    const { value: name, range } = pair.key as Scalar
    const key = String(name)
    const keyPlace = range ? conversion.placeOf(range[0]) : place
    const first = entries.get(key)
    if (first) {
      conversion.problems.add(
        keyPlace,
        `the key ${quoted(key)} is written twice; the first is in line ${first.keyPlace.line}.`,
      )
    } else {
      entries.set(key, { key, keyPlace, value: convert(conversion, pair.value, keyPlace) })
    }
  }
  return { kind: 'map', place, entries: [...entries.values()] }
}

function followAlias(conversion: Conversion, alias: Alias, place: Place): DocumentValue {
  conversion.aliases += 1
  if (conversion.aliases > MOST_ALIASES) {
    if (conversion.aliases === MOST_ALIASES + 1) {
      conversion.problems.add(place, `more than ${MOST_ALIASES} aliases (*name) are not read.`)
      conversion.readable = false
    }
    return { kind: 'nothing', place }
  }
  const target = alias.resolve(conversion.document)
  if (!target) {
    conversion.problems.add(
      place,
      `there is no anchor ${quoted(`&${alias.source}`)} before this alias. A text that begins with * has to be in quotes.`,
    )
    conversion.readable = false
    return { kind: 'nothing', place }
  }
  return { ...convert(conversion, target, place), place }
}
