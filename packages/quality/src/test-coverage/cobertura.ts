/** Coverage as Cobertura's XML tells it, which istanbul, coverage.py, coverlet, gcovr and others write. */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { reportText } from '../reports/open-report.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { readXml, type Attributes, type XmlReader } from '../reports/xml.ts'
import { countHits, type Counted, type CoverageFile } from './coverage.ts'

/** Throws {@link BadReport}. Rates (`line-rate` and the like) are not read: lines are counted. */
export const readCobertura = (file: ReportFile): Promise<readonly CoverageFile[]> =>
  readCoberturaText(reportText(file), file.name)

/** The same of the text of the report `name`. Its DOCTYPE names a DTD, which nobody fetches. */
export async function readCoberturaText(
  text: AsyncIterable<string>,
  name: string,
): Promise<readonly CoverageFile[]> {
  let reader: CoberturaReader | undefined
  await readXml(text, name, { doctype: 'named' }, (wrong) => {
    reader = new CoberturaReader(wrong)
    return reader
  })
  const files = reader?.files() ?? []
  if (files.length === 0) throw badReport(name, undefined, 'the report is about no file')
  return files
}

interface Lines {
  readonly hits: Map<number, number>
  readonly branches: Map<number, Counted>
}

interface Open {
  /** Whether the class has a list of lines; it may be empty, and is then all that there is. */
  hasOwn: boolean
  /** Lines of the class itself. */
  readonly own: Lines
  /** Lines that stand in its methods; most tools tell them twice. */
  readonly ofMethods: Lines
  /** Whether each method was run, by class, name and signature. */
  readonly functions: Map<string, number>
}

const noLines = (): Lines => ({ hits: new Map(), branches: new Map() })

class CoberturaReader implements XmlReader {
  readonly #wrong: (problem: string) => BadReport
  readonly #roots: string[] = []
  /** By path: the classes of one file stand in elements of their own. */
  readonly #files = new Map<string, Open>()
  #source: string | undefined
  #class: { readonly name: string; readonly file: Open } | undefined
  #method: string | undefined

  constructor(wrong: (problem: string) => BadReport) {
    this.#wrong = wrong
  }

  open(name: string, attributes: Attributes, parents: readonly string[]): void {
    if (parents.length === 0 && name !== 'coverage') {
      throw this.#wrong(`<${name}> is no report of Cobertura, which begins with <coverage>`)
    }
    switch (name) {
      case 'source':
        this.#source = ''
        return
      case 'class':
        this.#class = this.#openClass(attributes)
        return
      case 'method':
        this.#method = `${this.#class?.name} ${attributes['name']} ${attributes['signature']}`
        this.#countMethod(whole(attributes['hits']) ?? 0)
        return
      case 'lines':
        if (this.#class && this.#method === undefined) this.#class.file.hasOwn = true
        return
      case 'line':
        this.#line(attributes)
        return
      default:
    }
  }

  text(text: string): void {
    if (this.#source !== undefined) this.#source += text
  }

  close(name: string): void {
    if (name === 'source') {
      const root = this.#source?.trim() ?? ''
      if (root !== '') this.#roots.push(root)
      this.#source = undefined
    } else if (name === 'method') this.#method = undefined
    else if (name === 'class') this.#class = undefined
  }

  files(): readonly CoverageFile[] {
    return [...this.#files].map(([path, { hasOwn, own, ofMethods, functions }]) => {
      const { hits, branches } = hasOwn ? own : ofMethods
      return {
        path,
        roots: this.#roots,
        hits,
        lines: countHits(hits),
        branches: sum([...branches.values()]),
        functions: countHits(functions),
      }
    })
  }

  #openClass({ name = '', filename }: Attributes): { readonly name: string; readonly file: Open } {
    if (filename === undefined || filename === '') throw this.#wrong('a <class> names no file')
    const file = this.#files.get(filename) ?? {
      hasOwn: false,
      own: noLines(),
      ofMethods: noLines(),
      functions: new Map<string, number>(),
    }
    this.#files.set(filename, file)
    return { name, file }
  }

  #line(attributes: Attributes): void {
    if (!this.#class) throw this.#wrong('a <line> stands outside of a <class>')
    const [number, count] = [whole(attributes['number']), whole(attributes['hits'])]
    if (number === undefined || number < 1 || count === undefined) {
      throw this.#wrong(
        `a <line> has a number and hits, not '${attributes['number']}' and '${attributes['hits']}'`,
      )
    }
    const { file } = this.#class
    const { hits, branches } = this.#method === undefined ? file.own : file.ofMethods
    if (this.#method !== undefined) this.#countMethod(count)
    // The same line of two classes of one file is one line: it was run when one of them was.
    hits.set(number, Math.max(hits.get(number) ?? 0, count))
    const branch = this.#branchOf(attributes['condition-coverage'])
    const before = branches.get(number)
    if (
      branch &&
      branch.total >= (before?.total ?? 0) &&
      branch.covered >= (before?.covered ?? 0)
    ) {
      branches.set(number, branch)
    }
  }

  #countMethod(hits: number): void {
    const functions = this.#class?.file.functions
    if (!functions || this.#method === undefined) return
    functions.set(this.#method, Math.max(functions.get(this.#method) ?? 0, hits))
  }

  /** `50% (1/2)`: the counts, never the percentage. */
  #branchOf(text: string | undefined): Counted | undefined {
    if (text === undefined) return undefined
    const [, covered = '', total = ''] = /\((\d+)\/(\d+)\)/.exec(text) ?? []
    if (total === '' || Number(covered) > Number(total)) {
      throw this.#wrong(`condition-coverage is PERCENT% (COVERED/ALL), not '${text.slice(0, 40)}'`)
    }
    return { covered: Number(covered), total: Number(total) }
  }
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

function sum(counts: readonly Counted[]): Counted {
  let [covered, total] = [0, 0]
  for (const each of counts) {
    covered += each.covered
    total += each.total
  }
  return { covered, total }
}
