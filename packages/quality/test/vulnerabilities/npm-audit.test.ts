/** The reports are made by hand after what npm 11 (`Vuln.toJSON` of @npmcli/arborist), npm 6 and pnpm write. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { AuditUnavailable, readNpmAudit } from '../../src/vulnerabilities/npm-audit.ts'
import { isInProduction, productionPlaces } from '../../src/vulnerabilities/production.ts'
import { BAD_JSON } from '../support/bad-reports.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

let folder: ReportFolder
beforeAll(async () => {
  folder = await reportFolder()
})
afterAll(() => folder.remove())

const read = async (content: unknown): ReturnType<typeof readNpmAudit> =>
  readNpmAudit(await folder.write('report.json', content))

const advisory = (members: object = {}): object => ({
  source: 1094499,
  name: 'minimist',
  dependency: 'minimist',
  title: 'Prototype Pollution in minimist',
  url: 'https://github.com/advisories/GHSA-xvch-5gv4-984h',
  severity: 'critical',
  cwe: ['CWE-1321'],
  cvss: { score: 9.8, vectorString: 'CVSS:3.1/AV:N' },
  range: '<0.2.4',
  ...members,
})
const minimist = {
  name: 'minimist',
  severity: 'critical',
  isDirect: false,
  via: [advisory()],
  effects: ['mkdirp'],
  range: '<0.2.4',
  nodes: ['node_modules/minimist', 'node_modules/a/node_modules/minimist'],
  fixAvailable: { name: 'mkdirp', version: '1.0.4', isSemVerMajor: true },
}
const mkdirp = {
  name: 'mkdirp',
  severity: 'critical',
  isDirect: true,
  via: ['minimist'],
  effects: [],
  range: '0.4.1 - 0.5.1',
  nodes: ['node_modules/mkdirp'],
  fixAvailable: true,
}
const version2 = (vulnerabilities: object): object => ({
  auditReportVersion: 2,
  vulnerabilities,
  metadata: { vulnerabilities: { total: 99 } },
})

describe('a report of npm audit', () => {
  test('has one vulnerability for each advisory, not for what depends on it', async () => {
    expect(await read(version2({ mkdirp, minimist }))).toEqual([
      {
        id: 'GHSA-xvch-5gv4-984h',
        package: 'minimist',
        range: '<0.2.4',
        severity: 'critical',
        title: 'Prototype Pollution in minimist',
        url: 'https://github.com/advisories/GHSA-xvch-5gv4-984h',
        places: ['node_modules/minimist', 'node_modules/a/node_modules/minimist'],
        hasFix: true,
      },
    ])
  })

  test('has the severity of the advisory, and the worst first', async () => {
    const other = advisory({ source: 7, url: undefined, severity: 'low', range: '*' })
    const found = await read(version2({ minimist: { ...minimist, via: [other, advisory()] } }))
    expect(found.map(({ id, severity, range }) => [id, severity, range])).toEqual([
      ['GHSA-xvch-5gv4-984h', 'critical', '<0.2.4'],
      ['npm:7', 'low', '*'],
    ])
  })

  test('has an advisory once, though it is there for two ranges', async () => {
    const second = advisory({ source: 2, range: '>=1.0.0 <1.2.6', severity: 'high' })
    const found = await read(version2({ minimist: { ...minimist, via: [second, advisory()] } }))
    expect(found).toMatchObject([{ range: '>=1.0.0 <1.2.6 || <0.2.4', severity: 'critical' }])
    expect(found[0]?.places).toHaveLength(2)
  })

  test.each([
    [true, true],
    [{ name: 'a', version: '1.0.0', isSemVerMajor: false }, true],
    [false, false],
    [undefined, false],
  ])('of which a fix is %j has one: %s', async (fixAvailable, hasFix) => {
    expect(await read(version2({ minimist: { ...minimist, fixAvailable } }))).toMatchObject([
      { hasFix },
    ])
  })

  test('may be clean', async () => {
    expect(await read(version2({}))).toEqual([])
    expect(await read({ actions: [], advisories: {}, muted: [], metadata: {} })).toEqual([])
  })

  test('of npm 6 and of pnpm has its advisories', async () => {
    const advisories = {
      1179: {
        findings: [{ version: '0.0.8', paths: ['mkdirp>minimist', '.>x>minimist'] }],
        id: 1179,
        module_name: 'minimist',
        vulnerable_versions: '<0.2.4',
        patched_versions: '>=0.2.4',
        severity: 'moderate',
        title: 'Prototype Pollution',
        url: 'https://npmjs.com/advisories/1179',
      },
      GHSA: {
        github_advisory_id: 'GHSA-aaaa-bbbb-cccc',
        module_name: 'gone',
        patched_versions: '<0.0.0',
        severity: 'high',
      },
    }
    expect(await read({ advisories, metadata: {} })).toMatchObject([
      { id: 'GHSA-aaaa-bbbb-cccc', package: 'gone', severity: 'high', hasFix: false, places: [] },
      {
        id: 'npm:1179',
        severity: 'moderate',
        hasFix: true,
        places: ['mkdirp>minimist', '.>x>minimist'],
      },
    ])
  })

  test.each([
    [
      'the registry does not answer',
      {
        message: 'request to x failed',
        error: { summary: 'audit endpoint\nreturned an error.', detail: '' },
      },
      'report.json: npm audit got no answer: audit endpoint returned an error.',
    ],
    [
      'the registry answers with an error',
      { message: '405 Method Not Allowed', method: 'POST', uri: 'x', statusCode: 405, body: {} },
      'report.json: npm audit got no answer: 405 Method Not Allowed.',
    ],
    [
      'there is no lock file',
      { error: { code: 'ENOLOCK', summary: '' } },
      'got no answer: ENOLOCK.',
    ],
    ['nothing is said', { error: null }, 'report.json: npm audit got no answer.'],
  ])('is neither clean nor a finding when %s', async (_what, content, said) => {
    await expect(read(content)).rejects.toThrow(AuditUnavailable)
    await expect(read(content)).rejects.toThrow(said)
    await expect(read(content)).rejects.toThrow(BadReport)
  })

  test.each(BAD_JSON)('that %s is refused, and not as an outage', async (_what, content, said) => {
    await expect(read(content)).rejects.toThrow(BadReport)
    await expect(read(content)).rejects.not.toThrow(AuditUnavailable)
    await expect(read(content)).rejects.toThrow(said)
  })

  test.each([
    [
      'has an answer and an error',
      { message: 'x', auditReportVersion: 2, vulnerabilities: [] },
      'it has no vulnerabilities',
    ],
    ['has nothing', {}, 'report.json: it is no report of npm audit: it has no vulnerabilities.'],
    ['has only its version', { auditReportVersion: 2 }, 'it has no vulnerabilities'],
    [
      'has a list of them',
      { auditReportVersion: 2, vulnerabilities: [] },
      'it has no vulnerabilities',
    ],
    [
      'is of a version to come',
      { auditReportVersion: 3, vulnerabilities: {} },
      "version 3 of npm audit's report is not known",
    ],
    ['has a package of no shape', version2({ a: {} }), 'vulnerabilities.a has no list via'],
    ['has a via of no shape', version2({ a: { via: [7] } }), 'a has an unknown entry in via'],
    ['has no advisory', version2({ mkdirp }), 'it has vulnerable packages, but no advisory'],
    [
      'has an unknown severity',
      version2({ a: { via: [advisory({ severity: 'awful' })] } }),
      'vulnerabilities.a has an advisory of unknown severity',
    ],
    ['has advisories of no shape', { advisories: { 1: {} } }, 'advisories.1 has no module_name'],
    ['is of yarn 1', '{"type":"auditAdvisory"}\n{"type":"auditSummary"}', 'report.json:2: '],
  ])('that %s is refused', async (_what, content, said) => {
    await expect(read(content)).rejects.toThrow(BadReport)
    await expect(read(content)).rejects.not.toThrow(AuditUnavailable)
    await expect(read(content)).rejects.toThrow(said)
  })
})

describe('what production has', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', devDependencies: { jest: '30' } },
      'node_modules/express': { version: '5.0.0' },
      'node_modules/jest': { version: '30.0.0', dev: true },
      'node_modules/fsevents': { version: '2.0.0', dev: true, optional: true },
      'node_modules/sharp': { version: '1.0.0', optional: true },
      'node_modules/both': { version: '1.0.0', devOptional: true },
      'packages/a/node_modules/x': { version: '1.0.0' },
    },
  }
  test.each([
    ['node_modules/express', true],
    ['node_modules/jest', false],
    ['node_modules/fsevents', false],
    ['node_modules/sharp', true],
    ['node_modules/both', true],
    ['packages/a/node_modules/x', true],
    ['node_modules/unknown', true],
    ['constructor', true],
  ])('%s: %s', (place, expected) => {
    expect(productionPlaces(lock)(place)).toBe(expected)
  })

  test.each([[undefined], [null], [[]], ['text'], [{ lockfileVersion: 1, dependencies: {} }]])(
    'is everything, by the lock file %j',
    (unreadable) => {
      expect(productionPlaces(unreadable)('node_modules/jest')).toBe(true)
    },
  )

  test.each([
    [['node_modules/jest'], false],
    [['node_modules/jest', 'node_modules/express'], true],
    [[], true],
  ])('is what is installed at %j: %s', (places, expected) => {
    const vulnerability = {
      ...{ id: 'x', package: 'x', range: undefined, title: '', url: undefined, hasFix: false },
      severity: 'high' as const,
      places,
    }
    expect(isInProduction(vulnerability, productionPlaces(lock))).toBe(expected)
  })
})
