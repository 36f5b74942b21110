/** What XML can do to its readers: each is refused with its file and its line, never read as a report without failures. */
import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { readCobertura } from '../../src/test-coverage/cobertura.ts'
import { readJunit } from '../../src/test-results/junit.ts'
import { reportFolder } from '../support/text-reports.ts'

const folder = reportFolder()

const GOOD = `<?xml version="1.0"?>
<testsuites>
<testsuite name="a" tests="1">
<testcase name="b" time="1"/>
</testsuite>
</testsuites>
`
const LAUGHS = `<?xml version="1.0"?>
<!DOCTYPE lolz [
<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
`
const EXTERNAL = `<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
`
const OF_DTD = '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">\n'
const TESTS = '<testsuite><testcase name="&x;"/></testsuite>'

describe('XML that is refused', () => {
  test.each([
    [
      'cut off between elements',
      GOOD.slice(0, GOOD.indexOf('</testsuite>')),
      ':5: the report is cut off in <testsuite>',
    ],
    ['cut off in an attribute', GOOD.slice(0, GOOD.indexOf(' time')), ':4: the report is cut off'],
    ['cut off in its last tag', GOOD.slice(0, -3), ':6: the report is cut off in <testsuites>'],
    ['cut off in its first line', '<?xml version="1.0"', ':1: the report is cut off'],
    ['a billion laughs', LAUGHS + TESTS, ':2: the DOCTYPE declares entities'],
    ['an external entity', EXTERNAL + TESTS, ':2: the DOCTYPE declares entities'],
    ['a DTD from elsewhere', OF_DTD + TESTS, ':2: there is a DOCTYPE'],
    ['an entity that nobody has declared', TESTS, ':1: this is not well-formed XML'],
    ['an entity of HTML', TESTS.replace('x', 'nbsp'), ':1: this is not well-formed XML'],
    ['a declaration without a DOCTYPE', `<!ELEMENT a ANY>${TESTS}`, ':1: there is a declaration'],
    [
      'a tag that closes another',
      GOOD.replace('</testsuite>', '</suite>'),
      ':5: this is not well-formed XML (Unexpected close tag)',
    ],
    ['two documents', GOOD + GOOD, ':8: a second document begins here (testsuites)'],
    ['text before the document', `npm warn x\n${GOOD}`, ':1: this is not well-formed XML'],
    ['text behind it', `${GOOD}done`, ':7: this is not well-formed XML'],
    ['garbage', 'PK\u{3}\u{4}\u{14}ab', ':1: this is not well-formed XML'],
    ['JSON', '{"testsuites": []}', ':1: this is not well-formed XML'],
    ['no element', '<?xml version="1.0"?>\n<!-- none -->\n', ': the report has no element'],
    ['HTML', '<html><body/></html>', ':1: <html> is no report of JUnit'],
    [
      'elements in elements in elements',
      '<testsuite>\n'.repeat(65),
      ':65: elements are nested deeper than 64',
    ],
    [
      'attributes without an end',
      `<testsuite name="${'x'.repeat(2 ** 21)}"><testcase/></testsuite>`,
      ':1: one part of an element has more than 1 MB',
    ],
    [
      'more attributes than fit',
      manyAttributes(),
      ':1: an element has more than 1 MB of attributes',
    ],
    [
      'a comment without an end',
      `<testsuite><!--${'x'.repeat(2 ** 21)}`,
      ':1: one part of an element has more than 1 MB',
    ],
    [
      'an attribute that its parser calls',
      '<testsuite hasOwnProperty="a" b="c"/>',
      ":1: no attribute may be 'hasOwnProperty'",
    ],
  ])('%s', async (_what, text, problem) => {
    const file = folder.write('junit.xml', text)
    const read = readJunit(file, () => undefined)
    await expect(read).rejects.toThrow(BadReport)
    await expect(read).rejects.toThrow(`reports/junit.xml${problem}`)
  })

  test.each([
    ['a billion laughs', LAUGHS],
    ['an external entity', EXTERNAL],
  ])('%s, also of a format that names a DTD', async (_what, doctype) => {
    const file = folder.write('cobertura.xml', `${doctype}<coverage/>`)
    await expect(readCobertura(file)).rejects.toThrow(
      'reports/cobertura.xml:2: the DOCTYPE declares entities',
    )
  })
})

test('a long text is read, in whatever pieces it comes', async () => {
  const long = 'word '.repeat(500_000)
  const text = GOOD.replace(
    'time="1"/>',
    `><failure>${long}</failure><system-out><![CDATA[${long}]]></system-out></testcase>`,
  )
  const statuses: string[] = []
  await readJunit(folder.write('long.xml', text), ({ status }) => statuses.push(status))
  expect(statuses).toEqual(['failed'])
})

function manyAttributes(): string {
  const all = Array.from({ length: 100_000 }, (_each, index) => `attribute${index}="${index}"`)
  return `<testsuite ${all.join(' ')}/>`
}
