/**
 * Vulnerabilities as `npm audit --json` writes them: version 2 of npm 7 and later (`Vuln.toJSON` of @npmcli/arborist), and
 * the list `advisories` of npm 6 and of pnpm. `yarn audit` of yarn 1 writes one object a line, which is refused.
 */
import { badReport, BadReport } from '../reports/bad-report.ts'
import { readJsonReport } from '../reports/json-report.ts'
import { isObject, listIn, objectIn, textIn, type JsonObject } from '../reports/json-shape.ts'
import { shortText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import type { Severity, Vulnerability } from './vulnerability.ts'

/** The registry could not be asked: neither clean nor a finding. */
export class AuditUnavailable extends BadReport {}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'moderate', 'low', 'info']

/** One for each advisory and package that has it, the worst first. Throws {@link AuditUnavailable} and {@link BadReport}. */
export async function readNpmAudit(file: ReportFile): Promise<readonly Vulnerability[]> {
  const report = await readJsonReport(file)
  const wrong: Wrong = (problem) => badReport(file.name, undefined, problem)
  if (!isObject(report)) throw wrong('it is no report of npm audit')
  const found = new Found()
  const [vulnerabilities, advisories] = [report['vulnerabilities'], report['advisories']]
  if (isObject(vulnerabilities) && report['auditReportVersion'] === 2) {
    readVersion2(vulnerabilities, found, wrong)
  } else if (isObject(advisories)) {
    for (const [id, value] of Object.entries(advisories)) {
      found.add(advisoryOf(id, value, (problem) => wrong(`advisories.${id} ${problem}`)))
    }
  } else if (vulnerabilities === undefined && ('message' in report || 'error' in report)) {
    const { message } = badReport(
      file.name,
      undefined,
      `npm audit got no answer${reasonIn(report)}`,
    )
    throw new AuditUnavailable(message)
  } else {
    const version = JSON.stringify(report['auditReportVersion'])
    throw wrong(
      version === undefined || version === '2'
        ? 'it is no report of npm audit: it has no vulnerabilities'
        : `version ${version} of npm audit's report is not known`,
    )
  }
  return found.worstFirst()
}

type Wrong = (problem: string) => BadReport

/** `{ message, error: { code, summary, detail } }`, and from the registry itself `{ message, statusCode, body }`. */
function reasonIn(report: JsonObject): string {
  const error = objectIn(report['error'])
  const text =
    [error?.['summary'], report['message'], report['error'], error?.['code']]
      .map(textIn)
      .find((each) => each !== undefined && each !== '') ?? ''
  return text === ''
    ? ''
    : `: ${shortText(text, 300).replace(/\s+/g, ' ').trim().replace(/\.$/, '')}`
}

/** Of each package its advisories; texts in `via` name another package that has the advisory. */
function readVersion2(vulnerabilities: JsonObject, found: Found, wrong: Wrong): void {
  let count = 0
  for (const [name, value] of Object.entries(vulnerabilities)) {
    const via = isObject(value) ? listIn(value['via']) : undefined
    if (!isObject(value) || !via) throw wrong(`vulnerabilities.${name} has no list via`)
    const nodes = listIn(value['nodes']) ?? []
    for (const advisory of via) {
      if (typeof advisory === 'string') continue
      if (!isObject(advisory)) throw wrong(`vulnerabilities.${name} has an unknown entry in via`)
      count++
      const url = textIn(advisory['url'])
      found.add({
        id: ghsaIn(url) ?? `npm:${numberOrText(advisory['source']) ?? name}`,
        package: textIn(advisory['name']) ?? name,
        range: textIn(advisory['range']),
        severity: severityOf(advisory['severity'] ?? value['severity'], () =>
          wrong(`vulnerabilities.${name} has an advisory of unknown severity`),
        ),
        title: shortText(textIn(advisory['title']) ?? '', 500),
        url,
        places: nodes.filter((node) => typeof node === 'string'),
        // `false`, `true`, or the version of a direct dependency that would have to be taken.
        hasFix: value['fixAvailable'] === true || isObject(value['fixAvailable']),
      })
    }
  }
  if (count === 0 && Object.keys(vulnerabilities).length > 0)
    throw wrong('it has vulnerable packages, but no advisory')
}

function advisoryOf(id: string, value: unknown, wrong: Wrong): Vulnerability {
  const name = isObject(value) ? textIn(value['module_name']) : undefined
  if (!isObject(value) || name === undefined) throw wrong('has no module_name')
  const url = textIn(value['url'])
  const patched = textIn(value['patched_versions'])
  return {
    id:
      textIn(value['github_advisory_id']) ??
      ghsaIn(url) ??
      `npm:${numberOrText(value['id']) ?? id}`,
    package: name,
    range: textIn(value['vulnerable_versions']),
    severity: severityOf(value['severity'], () => wrong('has an unknown severity')),
    title: shortText(textIn(value['title']) ?? '', 500),
    url,
    places: (listIn(value['findings']) ?? [])
      .flatMap((finding) => listIn(objectIn(finding)?.['paths']) ?? [])
      .filter((path) => typeof path === 'string'),
    // npm 6's way to say that there is none.
    hasFix: patched !== undefined && patched !== '<0.0.0',
  }
}

const ghsaIn = (url: string | undefined): string | undefined =>
  /\bGHSA(?:-[0-9a-z]{4}){3}\b/i.exec(url ?? '')?.[0].replace(/^ghsa/i, 'GHSA')

const numberOrText = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : textIn(value)

function severityOf(value: unknown, wrong: () => BadReport): Severity {
  const severity = SEVERITIES.find((each) => each === value)
  if (!severity) throw wrong()
  return severity
}

/** The same advisory may come several times, one for each range of versions. */
class Found {
  readonly #found = new Map<string, Vulnerability>()

  add(next: Vulnerability): void {
    const key = `${next.package}\0${next.id}`
    const before = this.#found.get(key)
    this.#found.set(key, before ? together(before, next) : next)
  }

  worstFirst(): readonly Vulnerability[] {
    const rank = ({ severity }: Vulnerability): number => SEVERITIES.indexOf(severity)
    return [...this.#found.values()].sort((a, b) => rank(a) - rank(b))
  }
}

function together(a: Vulnerability, b: Vulnerability): Vulnerability {
  const isWorse = SEVERITIES.indexOf(b.severity) < SEVERITIES.indexOf(a.severity)
  const ranges = [a.range, b.range].filter((each) => each !== undefined)
  return {
    ...(isWorse ? b : a),
    range: ranges.length === 0 ? undefined : [...new Set(ranges)].join(' || '),
    places: [...new Set([...a.places, ...b.places])],
    hasFix: a.hasFix && b.hasFix,
  }
}
