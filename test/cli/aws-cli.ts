import type { LocalAwsProcess } from '../support/local-aws-process.ts'
import { run, type CommandResult } from '../support/command.ts'

/** Debian's package of the AWS CLI v2, which needs Debian's own Python; another `aws` may come first in PATH. */
const AWS = ['/usr/bin/python3', '/usr/bin/aws'] as const

/** The AWS CLI against one endpoint. */
export class AwsCli {
  private readonly aws: LocalAwsProcess

  constructor(aws: LocalAwsProcess) {
    this.aws = aws
  }

  /** What it prints, parsed. Throws with its own words when it fails. */
  async json<Answer = Record<string, unknown>>(...args: readonly string[]): Promise<Answer> {
    const { exitCode, stdout, output } = await this.command(...args, '--output', 'json')
    if (exitCode !== 0) throw new Error(`aws ${args.join(' ')} ended with ${exitCode}: ${output}`)
    return (stdout === '' ? {} : JSON.parse(stdout)) as Answer
  }

  /** As text, for `--query … --output text`. */
  async text(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, output } = await this.command(...args, '--output', 'text')
    if (exitCode !== 0) throw new Error(`aws ${args.join(' ')} ended with ${exitCode}: ${output}`)
    return stdout
  }

  /** Whatever its exit code is. Version 2.9 does not know AWS_ENDPOINT_URL yet, so the endpoint is an argument. */
  command(...args: readonly string[]): Promise<CommandResult> {
    const [program, script] = AWS
    return run(program, [script, '--endpoint-url', this.aws.endpoint, '--no-cli-pager', ...args], {
      env: {
        AWS_REGION: this.aws.region,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    })
  }
}
