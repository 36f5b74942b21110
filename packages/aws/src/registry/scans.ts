import { severityOf, type Finding, type ScanAnswer, type Scans } from '@ecs-pipeline/image'
import { Denied, NotFound, Refused } from '@ecs-pipeline/rollout'
import type {
  DescribeImageScanFindingsResponse,
  EnhancedImageScanFinding,
  ImageScanFinding,
} from '@aws-sdk/client-ecr'
import { errorName } from '../error-name.ts'
import type { RegistryAccess } from './access.ts'

/** The most that a page has (DescribeImageScanFindings). */
const PAGE = 1000
/** So many pages would be a million findings: then ECR gives the same page again and again. */
const MOST_PAGES = 1000

export function createScans({ sdk, client, call, place, resource }: RegistryAccess): Scans {
  return {
    async read(digest) {
      const asked = {
        action: 'ecr:DescribeImageScanFindings',
        resource: `the scan of ${digest} in ${resource}`,
      }
      const findings: Finding[] = []
      let token: string | undefined
      let page: DescribeImageScanFindingsResponse
      let pages = 0
      let listed = 0
      try {
        do {
          const command = new sdk.DescribeImageScanFindingsCommand({
            ...place,
            imageId: { imageDigest: digest },
            maxResults: PAGE,
            ...(token !== undefined && { nextToken: token }),
          })
          page = await call(asked, (send) => client.send(command, send))
          findings.push(...findingsOf(page))
          listed += countListed(page)
          token = page.nextToken
        } while (token !== undefined && ++pages < MOST_PAGES)
      } catch (error) {
        if (errorName(error) === 'ScanNotFoundException') return undefined
        // An image is found by its digest some seconds after it was pushed.
        if (error instanceof NotFound && errorName(error) === 'ImageNotFoundException')
          return undefined
        throw error
      }
      return answerOf(page, findings, listed)
    },

    async start(digest) {
      const asked = { action: 'ecr:StartImageScan', resource: `${digest} in ${resource}` }
      try {
        await call(asked, (send) =>
          client.send(
            new sdk.StartImageScanCommand({ ...place, imageId: { imageDigest: digest } }),
            send,
          ),
        )
        return 'started'
      } catch (error) {
        if (error instanceof Denied) return 'denied'
        if (errorName(error) === 'LimitExceededException') return 'already-scanned'
        if (error instanceof Refused) return 'unsupported'
        throw error
      }
    },

    async scanner() {
      const asked = {
        action: 'ecr:GetRegistryScanningConfiguration',
        resource: 'the registry',
      }
      try {
        const answer = await call(asked, (send) =>
          client.send(new sdk.GetRegistryScanningConfigurationCommand({}), send),
        )
        return answer.scanningConfiguration?.scanType === 'ENHANCED' ? 'enhanced' : 'basic'
      } catch (error) {
        if (error instanceof Denied || error instanceof Refused) return undefined
        throw error
      }
    },
  }
}

function answerOf(
  { imageScanStatus, imageScanFindings }: DescribeImageScanFindingsResponse,
  findings: readonly Finding[],
  listed: number,
): ScanAnswer {
  const { enhancedFindings, imageScanCompletedAt, findingSeverityCounts } = imageScanFindings ?? {}
  const counted = Object.values(findingSeverityCounts ?? {}).reduce(
    (sum, count) => sum + (count ?? 0),
    0,
  )
  return {
    // Without a status nobody knows how far it is: it goes on.
    status: imageScanStatus?.status ?? 'PENDING',
    description: imageScanStatus?.description,
    completedAt: imageScanCompletedAt?.getTime(),
    // ECR says ACTIVE of basic results, too, and COMPLETE of enhanced ones: what it found tells them apart.
    scanner: enhancedFindings ? 'enhanced' : imageScanFindings ? 'basic' : undefined,
    findings,
    missing: Math.max(0, counted - listed),
  }
}

const countListed = ({ imageScanFindings }: DescribeImageScanFindingsResponse): number =>
  (imageScanFindings?.findings?.length ?? 0) + (imageScanFindings?.enhancedFindings?.length ?? 0)

function findingsOf({ imageScanFindings }: DescribeImageScanFindingsResponse): readonly Finding[] {
  const { findings = [], enhancedFindings = [] } = imageScanFindings ?? {}
  return [...findings.map(basicFinding), ...enhancedFindings.flatMap(enhancedFinding)]
}

function basicFinding({
  name = '',
  severity,
  uri,
  description,
  attributes,
}: ImageScanFinding): Finding {
  const attribute = (key: string): string =>
    attributes?.find((each) => each.key === key)?.value ?? ''
  return {
    id: name,
    severity: severityOf(severity ?? ''),
    package: attribute('package_name'),
    version: attribute('package_version'),
    fixedVersion: undefined,
    title: description ?? '',
    url: uri,
  }
}

/** One vulnerability may be in several packages of an image: each is a finding. */
function enhancedFinding(found: EnhancedImageScanFinding): readonly Finding[] {
  const { packageVulnerabilityDetails: details, severity, title, findingArn, fixAvailable } = found
  const packages = details?.vulnerablePackages ?? []
  const common = {
    id: details?.vulnerabilityId ?? findingArn ?? '',
    severity: severityOf(severity ?? ''),
    title: title ?? '',
    url: details?.sourceUrl,
  }
  if (packages.length === 0) {
    return [{ ...common, package: '', version: '', fixedVersion: undefined }]
  }
  return packages.map((each) => ({
    ...common,
    package: each.name ?? '',
    version: each.version ?? '',
    fixedVersion: each.fixedInVersion ?? (fixAvailable === 'YES' ? 'available' : undefined),
  }))
}
