/** An image that cannot be pulled. 'CannotPullContainer task errors' in the developer guide, unless another source is named. */
import type { Facts, Sign } from '../facts.ts'
import { quote, spaced } from '../quote.ts'
import { onMessage, type Rule } from '../rule.ts'

export const IMAGE_RULES: readonly Rule[] = [
  // zenn.dev/teba_eleven/articles/e54f67b897ebea; the older words: aws/containers-roadmap#1120.
  onMessage(
    'image-platform',
    /(?:descriptor matching platform|descriptor for platform) [{']?([\w/]{1,40})/,
    ([, platform], sign, facts) => ({
      cause: `The image ${imageOf(sign, facts)} is not built for ${quote(platform)}.`,
      fix: `Build it for that platform (docker buildx build --platform ${quote(platform)}), or change cpuArchitecture in the task definition (now ${quote(facts.architecture)}).`,
    }),
  ),

  onMessage(
    'image-rate-limit',
    /CannotPull.*(?:toomanyrequests|Too Many Requests|pull rate limit)/i,
    (_found, sign, facts) => ({
      cause: `The registry refuses to give the image ${imageOf(sign, facts)}: too many pulls.`,
      fix: 'Take the image from ECR (a pull through cache for Docker Hub), or pull with credentials (repositoryCredentials).',
    }),
  ),

  // aws/containers-roadmap#2687 has Fargate's ': not found'; 'API error (404)' is docker's, on EC2.
  onMessage(
    'image-not-found',
    /CannotPull.*(?:: not found|manifest unknown|manifest for \S+ not found|API error \(404\)|Tag \S+ not found)/,
    (_found, sign, facts) => ({
      cause: `The image ${imageOf(sign, facts)} is not in its registry.`,
      fix: 'Push it again, and keep the lifecycle policy of the repository from deleting images that are in use.',
    }),
  ),

  // aws-samples/bedrock-access-gateway#114, aws/aws-cdk#29876; a 403 for a digest that is gone:
  // aws/containers-roadmap#2493; the last two are docker's (ECR user guide, common errors).
  onMessage(
    'image-denied',
    /CannotPull.*(?:403 Forbidden|401 Unauthorized|pull access denied|no basic auth credentials|insufficient_scope)/,
    (_found, sign, facts) => ({
      cause: `The image ${imageOf(sign, facts)} may not be pulled, or is not there any more.`,
      fix: `Allow the execution role${spaced(facts.executionRole)} to pull from ECR (AmazonECSTaskExecutionRolePolicy), and the account in the policy of a repository of another account.`,
    }),
  ),

  onMessage('image-disk-full', /CannotPull.*no space left on device/, (_found, sign, facts) => ({
    cause: `The disk of the task is too small for the image ${imageOf(sign, facts)}.`,
    fix: 'Raise ephemeralStorage in the task definition, or free the disk of the container instance.',
  })),

  // devopsaitoolkit.com/blog/aws-error-cannot-pull-container-error-ecs; aws/amazon-ecs-agent#1680; aws/aws-xray-daemon#146.
  onMessage(
    'registry-unreachable',
    /CannotPull.*(?:i\/o timeout|request canceled|context canceled|context deadl|no such host|connection refused|failed to copy: httpRead)/,
    (_found, sign, facts) => ({
      cause: `The registry of the image ${imageOf(sign, facts)} cannot be reached from the subnet of the tasks.`,
      fix: 'Give a public subnet a public IP, a private one a NAT gateway or the VPC endpoints of ECR (api, dkr) and S3, and let the security group send to port 443.',
    }),
  ),
]

/** The image that the message names, else the one that the task definition has for the container. */
function imageOf({ text, failure }: Sign, { containers }: Facts): string {
  const own = containers.find(({ name }) => name === failure?.container)
  const image = namedIn(text) ?? own?.image
  return quote(image, 200) || 'of the task definition'
}

const REFERENCE =
  /(?:resolve ref(?:erence)?|pull access denied for|repository) "?([\w.@/-]+(?::[\w.@/-]+)*)/
const URL = /https:\/\/([\w.:-]+)\/v2\/([\w./-]+)\/(?:manifests|blobs)\//

function namedIn(text: string): string | undefined {
  const reference = REFERENCE.exec(text)?.[1]
  if (reference?.includes('/') === true) return reference
  const url = URL.exec(text)
  return url ? `${url[1] ?? ''}/${url[2] ?? ''}` : undefined
}
