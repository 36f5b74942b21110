/** The scan by trivy, where the user has installed it. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ProgramMissing } from '@ecs-pipeline/action-kit'
import { severityOf, shortDigest, type Finding, type RegistryLogin } from '@ecs-pipeline/image'
import { Ending, refused } from './ending.ts'
import type { Tools } from './tools.ts'

export interface TrivyScan {
  readonly findings: readonly Finding[]
  /** A file or a folder for github/codeql-action/upload-sarif; `undefined` when trivy could not write all of it. */
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

/**
 * `digests`: of all images that tasks may run; of an index trivy would look at the runner's own platform only. By digest,
 * so that what is scanned is what is deployed.
 */
export async function scanByTrivy(
  repository: string,
  digests: readonly string[],
  login: RegistryLogin,
  minutes: number,
  tools: Tools,
): Promise<TrivyScan> {
  const folder = join(tools.folder, 'trivy')
  await mkdir(folder, { recursive: true })
  const scans: TrivyScan[] = []
  for (const digest of digests) {
    const name = join(folder, shortDigest(digest).replace(':', '-'))
    scans.push(await scanOne(`${repository}@${digest}`, name, login, minutes, tools))
  }
  const files = scans.flatMap(({ sarif }) => sarif ?? [])
  return {
    findings: scans.flatMap(({ findings }) => findings),
    // upload-sarif takes a folder as well.
    sarif: files.length < scans.length ? undefined : files.length === 1 ? files[0] : folder,
  }
}

/** `name`: of the files that trivy writes, without an ending. */
async function scanOne(
  image: string,
  name: string,
  login: RegistryLogin,
  minutes: number,
  { run, log }: Tools,
): Promise<TrivyScan> {
  // By the environment: arguments can be read by every process.
  const environment = { TRIVY_USERNAME: login.user, TRIVY_PASSWORD: login.password }
  const json = `${name}.json`
  const options = ['--scanners', 'vuln', '--timeout', `${minutes}m`, '--exit-code', '0']
  const end = await log.group(`trivy image ${image}`, () =>
    run({
      program: 'trivy',
      args: ['image', ...options, '--format', 'json', '--output', json, image],
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
  const sarif = `${name}.sarif`
  const args = ['convert', '--format', 'sarif', '--output', sarif, json]
  const converted = await run({ program: 'trivy', args })
  if (converted.exitCode === 0) return { findings, sarif }
  log.caveat('trivy could not write SARIF of what it found.')
  return { findings, sarif: undefined }
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
