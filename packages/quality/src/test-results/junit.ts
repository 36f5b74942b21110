/**
 * Tests as JUnit's XML tells them. There is no standard: what is read here is what Surefire, pytest, jest-junit, Node,
 * googletest and others write in common, and where they differ, nothing that may be a failure is lost.
 */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { reportText } from '../reports/open-report.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { readXml, type Attributes, type XmlReader } from '../reports/xml.ts'
import { JunitCounts } from './junit-counts.ts'
import { isProblem, JunitTest } from './junit-test.ts'
import type { OnTest } from './test-result.ts'

const ROOTS: readonly string[] = ['testsuites', 'testsuite']
const OUTPUTS: readonly string[] = ['system-out', 'system-err']

/** Throws {@link BadReport}: not well-formed, cut off, no test in it, or fewer than it says. */
export const readJunit = (file: ReportFile, onTest: OnTest): Promise<void> =>
  readJunitText(reportText(file), file.name, onTest)

/** The same of the text of the report `name`. */
export async function readJunitText(
  text: AsyncIterable<string>,
  name: string,
  onTest: OnTest,
): Promise<void> {
  let tests = 0
  const counted: OnTest = (test) => {
    tests++
    onTest(test)
  }
  await readXml(text, name, { doctype: 'refused' }, (wrong) => new JunitReader(counted, wrong))
  if (tests === 0) throw badReport(name, undefined, 'the report holds no test')
}

class JunitReader implements XmlReader {
  readonly #onTest: OnTest
  readonly #wrong: (problem: string) => BadReport
  readonly #counts: JunitCounts
  /** Names of the suites that are open, from the outermost. */
  readonly #suites: string[] = []
  #test: JunitTest | undefined
  /** A failure that stands in a suite and in no test. */
  #orphan: JunitTest | undefined
  /** How many outputs of the test are open: what they print says nothing. */
  #outputs = 0

  constructor(onTest: OnTest, wrong: (problem: string) => BadReport) {
    this.#onTest = onTest
    this.#wrong = wrong
    this.#counts = new JunitCounts(wrong)
  }

  open(name: string, attributes: Attributes, parents: readonly string[]): void {
    if (parents.length === 0 && !ROOTS.includes(name)) {
      throw this.#wrong(
        `<${name}> is no report of JUnit, which begins with <testsuites> or <testsuite>`,
      )
    }
    if (OUTPUTS.includes(name)) this.#outputs++
    if (this.#outputs > 0) return
    if (ROOTS.includes(name)) {
      if (this.#test) throw this.#wrong(`a <${name}> stands in a <testcase>`)
      this.#counts.open(attributes)
      this.#suites.push(name === 'testsuites' ? '' : (attributes['name'] ?? ''))
    } else if (name === 'testcase') {
      if (this.#test) throw this.#wrong('a <testcase> stands in a <testcase>')
      this.#test = new JunitTest(attributes, this.#suites)
    } else if (this.#test) {
      this.#test.open(name, attributes)
    } else if (this.#orphan || isProblem(name)) {
      this.#orphan ??= JunitTest.outside(attributes, this.#suites)
      this.#orphan.open(name, attributes)
    }
  }

  text(text: string): void {
    if (this.#outputs === 0) (this.#test ?? this.#orphan)?.text(text)
  }

  /** Node ends its report with its own sums, one in a comment. */
  comment(text: string): void {
    this.#counts.comment(text)
  }

  close(name: string): void {
    if (OUTPUTS.includes(name)) {
      this.#outputs--
      return
    }
    if (this.#outputs > 0) return
    if (name === 'testcase') {
      if (this.#test) this.#end(this.#test)
      this.#test = undefined
    } else if (ROOTS.includes(name)) {
      this.#suites.pop()
      this.#counts.close()
    } else if (this.#test) {
      this.#test.close(name)
    } else if (this.#orphan) {
      this.#orphan.close(name)
      if (this.#orphan.isInside) return
      // An empty <errors/> is a list with nothing in it.
      if (this.#orphan.problems > 0) this.#end(this.#orphan)
      this.#orphan = undefined
    }
  }

  #end(test: JunitTest): void {
    const result = test.result()
    this.#counts.count(result.status, test.problems)
    this.#onTest(result)
  }
}
