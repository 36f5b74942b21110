/** XML read as a stream: its elements in order, and nothing of what XML can do to its readers. */
import sax from 'sax'
import { badReport, type BadReport } from './bad-report.ts'

export type Attributes = Readonly<Record<string, string | undefined>>

export interface XmlReader {
  /** `parents` are the names of the elements around this one, from the root. */
  open(name: string, attributes: Attributes, parents: readonly string[]): void
  /** In pieces; `parents` ends with the element that holds it. */
  text?(text: string): void
  comment?(text: string): void
  close(name: string): void
}

export interface XmlRules {
  /** `refused`: no DOCTYPE at all. `named`: one that only names its DTD, which is never fetched. */
  readonly doctype: 'refused' | 'named'
}

/** Makes the reader of a report; `wrong` is an error at the place where the parser is. */
export type XmlReaderFor = (wrong: (problem: string) => BadReport) => XmlReader

const DEEPEST = 64
/** Characters of the attributes of one element, and of one comment. */
const LONGEST = 1024 * 1024

/** Its types do not know that the entities of HTML can be left out. */
const OPTIONS = { xmlns: false, strictEntities: true }

/** Reads the whole text; throws {@link BadReport} for what is not well-formed, cut off, too deep, or declares entities. */
export async function readXml(
  text: AsyncIterable<string>,
  name: string,
  rules: XmlRules,
  readerFor: XmlReaderFor,
): Promise<void> {
  const parser = parserFor(name, rules, readerFor)
  for await (const piece of text) {
    parser.write(piece)
    // What is open of a long text goes to the reader now, so that the parser does not hold it.
    parser.flush()
  }
  parser.close()
  if (!parser.sawElement()) throw badReport(name, undefined, 'the report has no element of XML')
}

interface Parser {
  write(text: string): void
  flush(): void
  close(): void
  sawElement(): boolean
}

function parserFor(name: string, { doctype }: XmlRules, readerFor: XmlReaderFor): Parser {
  // How long anything may become before it is refused; texts are passed on in pieces instead.
  Object.assign(sax, { MAX_BUFFER_LENGTH: LONGEST })
  const parser = sax.parser(true, OPTIONS)
  const wrong = (problem: string): BadReport => badReport(name, parser.line + 1, problem)
  const reader = readerFor(wrong)
  const parents: string[] = []
  let length = 0
  let sawRoot = false

  parser.onopentagstart = () => {
    length = 0
  }
  parser.onattribute = (attribute) => {
    length += attribute.name.length + attribute.value.length
    if (length > LONGEST) throw wrong('an element has more than 1 MB of attributes')
    // sax asks the object of the attributes for this name.
    if (attribute.name === 'hasOwnProperty') throw wrong("no attribute may be 'hasOwnProperty'")
  }
  parser.onopentag = (tag) => {
    if (parents.length === 0 && sawRoot) throw wrong(`a second document begins here (${tag.name})`)
    if (parents.length >= DEEPEST) throw wrong(`elements are nested deeper than ${DEEPEST}`)
    sawRoot = true
    reader.open(tag.name, tag.attributes as Attributes, parents)
    parents.push(tag.name)
  }
  parser.onclosetag = (closed) => {
    parents.pop()
    reader.close(closed)
  }
  parser.ontext = parser.oncdata = (text) => reader.text?.(text)
  parser.oncomment = (text) => reader.comment?.(text)
  parser.ondoctype = (text) => {
    const began = parser.line + 1 - (text.split('\n').length - 1)
    if (text.includes('[') || text.includes('<!')) {
      throw badReport(name, began, 'the DOCTYPE declares entities or elements: entities are off')
    }
    if (doctype === 'refused') {
      throw badReport(
        name,
        began,
        'there is a DOCTYPE, which such a report has not: entities are off',
      )
    }
  }
  parser.onsgmldeclaration = (text) => {
    throw wrong(`there is a declaration, '<!${text.slice(0, 20)}': entities are off`)
  }
  parser.onerror = ({ message }) => {
    if (!isControlCharacter(parser, message)) throw wrong(problemOf(message, parents))
    parser.resume()
  }
  return {
    write: (text) => void parser.write(text),
    flush: () => {
      parser.flush()
    },
    close: () => void parser.close(),
    sawElement: () => sawRoot,
  }
}

/** XML has no way to tell a control character, but many writers do it like this: `&#27;`. It stays in the text as it is. */
const isControlCharacter = (parser: object, message: string): boolean =>
  message.startsWith('Invalid character entity') &&
  'entity' in parser &&
  typeof parser.entity === 'string' &&
  /^#(\d{1,7}|x[\da-f]{1,6})$/i.test(parser.entity)

function problemOf(message: string, parents: readonly string[]): string {
  const [said = ''] = message.split('\n')
  const open = parents.at(-1)
  if (said === 'Unclosed root tag' || said === 'Unexpected end') {
    return `the report is cut off${open === undefined ? '' : ` in <${open}>`}`
  }
  if (said.startsWith('Max buffer length exceeded'))
    return 'one part of an element has more than 1 MB'
  return `this is not well-formed XML (${said})`
}
