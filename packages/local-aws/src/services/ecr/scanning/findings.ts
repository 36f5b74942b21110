import type {
  EnhancedImageScanFinding,
  FindingSeverity,
  ImageScanFinding,
  Resource,
} from '@aws-sdk/client-ecr'
import { createHash } from 'node:crypto'
import { arn } from '../../../ids.ts'
import type { Place } from '../../../parts.ts'
import { tagsOf, type ImageRecord, type RepositoryRecord } from '../repository.ts'
import type { Vulnerability } from './outcome.ts'

/** The image in which something was found. */
export interface ScannedImage {
  readonly repository: RepositoryRecord
  readonly image: ImageRecord
  readonly place: Place
  readonly architecture: string
  readonly completedAt: Date
}

/** As basic scanning tells it: the package stands in the attributes, and a fix is not told. */
export function basicFinding(vulnerability: Vulnerability): ImageScanFinding {
  const { id, severity, description } = vulnerability
  return {
    name: id,
    ...(description === undefined ? {} : { description }),
    uri: pageOf(id),
    severity: severity as FindingSeverity,
    attributes: [
      ...attribute('package_version', vulnerability.version),
      ...attribute('package_name', vulnerability.package),
    ],
  }
}

const attribute = (key: string, value: string | undefined) =>
  value === undefined ? [] : [{ key, value }]

/** As Inspector tells it (API reference, example of DescribeImageScanFindings); no scores. */
export function enhancedFinding(
  vulnerability: Vulnerability,
  scanned: ScannedImage,
): EnhancedImageScanFinding {
  const { id, severity, fixedIn, version } = vulnerability
  const { place, completedAt, image } = scanned
  const name = vulnerability.package ?? 'unknown'
  const key = createHash('md5').update(`${image.digest} ${id} ${name} ${version ?? ''}`)
  return {
    awsAccountId: place.account,
    description: vulnerability.description ?? id,
    findingArn: arn('inspector2', place, `finding/${key.digest('hex')}`),
    firstObservedAt: completedAt,
    lastObservedAt: completedAt,
    packageVulnerabilityDetails: {
      cvss: [],
      referenceUrls: [],
      relatedVulnerabilities: [],
      source: 'NVD',
      sourceUrl: pageOf(id),
      vendorSeverity: severity,
      vulnerabilityId: id,
      vulnerablePackages: [
        {
          name,
          version: version ?? '0',
          packageManager: 'OS',
          fixedInVersion: fixedIn ?? 'NotAvailable',
        },
      ],
    },
    remediation: { recommendation: { text: 'None Provided' } },
    resources: [resource(scanned)],
    severity,
    status: 'ACTIVE',
    title: `${id} - ${name}`,
    type: 'PACKAGE_VULNERABILITY',
    updatedAt: completedAt,
    fixAvailable: vulnerability.fix ?? (fixedIn === undefined ? 'NO' : 'YES'),
    exploitAvailable: 'NO',
  }
}

const resource = ({ repository, image, place, architecture }: ScannedImage): Resource => ({
  details: {
    awsEcrContainerImage: {
      architecture,
      imageHash: image.digest,
      imageTags: tagsOf(repository, image.digest),
      pushedAt: image.pushedAt,
      registry: place.account,
      repositoryName: repository.name,
    },
  },
  id: `${repository.arn}/${image.digest}`,
  tags: {},
  type: 'AWS_ECR_CONTAINER_IMAGE',
})

const pageOf = (id: string): string => `https://nvd.nist.gov/vuln/detail/${id}`
