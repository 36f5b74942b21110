/** The scan by trivy, where the user has installed it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProgramMissing } from '@ecs-pipeline/action-kit'
import { severityOf, type Finding, type RegistryLogin } from '@ecs-pipeline/image'
import { Ending, refused } from './ending.ts'
import type { Tools } from './tools.ts'

export interface TrivyScan {
  readonly findings: readonly Finding[]
  /** For github/codeql-action/upload-sarif; `undefined` when trivy could not write it. */
  readonly sarif: string | undefined
}

/** Before the build: ten minutes later is too late to say that a program is missing. */
export async function checkTrivy({ run }: Tools): Promise<void> {
  try {
    await run({ program: 'trivy', args: ['--version'] })
  } catch (error) {
    if (!(error instanceof ProgramMissing)) throw error
    throw refused(
      error.message,
      'Install trivy in a step before this one (aquasecurity/setup-trivy), or set `scan: ecr`.',
    )
  }
}

/** `image`: by digest, so that what is scanned is what is deployed. */
export async function scanByTrivy(
  image: string,
  login: RegistryLogin,
  minutes: number,
  tools: Tools,
): Promise<TrivyScan> {
  const { run, folder, log } = tools
  // By the environment: arguments can be read by every process.
  const environment = { TRIVY_USERNAME: login.user, TRIVY_PASSWORD: login.password }
  const json = join(folder, 'trivy.json')
  const end = await log.group('trivy image', () =>
    run({
      program: 'trivy',
      args: [
        'image',
        '--scanners',
        'vuln',
        '--format',
        'json',
        '--output',
        json,
        '--timeout',
        `${minutes}m`,
        '--exit-code',
        '0',
        image,
      ],
      environment,
      onLine: log.say,
    }),
  )
  if (end.exitCode !== 0) {
    throw new Ending(
      'not-scanned',
      `trivy could not scan the image: ${end.lines.at(-1) ?? 'it said nothing'}`,
      ['The log of trivy is in the group `trivy image`.'],
    )
  }
  const findings = findingsOf(await readFile(json, 'utf8'))
  const sarif = join(folder, 'trivy.sarif')
  const converted = await run({
    program: 'trivy',
    args: ['convert', '--format', 'sarif', '--output', sarif, json],
  })
  if (converted.exitCode !== 0) log.caveat('trivy could not write SARIF of what it found.')
  return { findings, sarif: converted.exitCode === 0 ? sarif : undefined }
}

/** What is read of trivy's report (schema version 2). */
interface TrivyReport {
  readonly SchemaVersion?: unknown
  readonly Results?: readonly {
    readonly Vulnerabilities?: readonly {
      readonly VulnerabilityID?: string
      readonly PkgName?: string
      readonly InstalledVersion?: string
      readonly FixedVersion?: string
      readonly Severity?: string
      readonly Title?: string
      readonly PrimaryURL?: string
    }[]
  }[]
}

/** Throws {@link Ending} when it is no report of trivy: nothing found is something that trivy says. */
export function findingsOf(text: string): readonly Finding[] {
  const report = parse(text)
  if (typeof report?.SchemaVersion !== 'number') {
    throw new Ending('not-scanned', 'What trivy wrote is no report of trivy.')
  }
  return (report.Results ?? []).flatMap(({ Vulnerabilities = [] }) =>
    Vulnerabilities.map((each) => ({
      id: each.VulnerabilityID ?? '',
      severity: severityOf(each.Severity ?? ''),
      package: each.PkgName ?? '',
      version: each.InstalledVersion ?? '',
      fixedVersion: each.FixedVersion === '' ? undefined : each.FixedVersion,
      title: each.Title ?? '',
      url: each.PrimaryURL,
    })),
  )
}

function parse(text: string): TrivyReport | undefined {
  try {
    return JSON.parse(text) as TrivyReport
  } catch {
    return undefined
  }
}
