/** What `npm audit --json` has said of a lock file with an old @babel/traverse, cut down to that package. */
export const ADVISORY = 'GHSA-67hx-6x53-jw92'

export const SAVED_AUDIT = JSON.stringify({
  auditReportVersion: 2,
  vulnerabilities: {
    '@babel/traverse': {
      name: '@babel/traverse',
      severity: 'critical',
      isDirect: false,
      via: [
        {
          source: 1096879,
          name: '@babel/traverse',
          dependency: '@babel/traverse',
          title:
            'Babel vulnerable to arbitrary code execution when compiling specifically crafted malicious code',
          url: `https://github.com/advisories/${ADVISORY}`,
          severity: 'critical',
          cwe: ['CWE-184', 'CWE-697'],
          cvss: { score: 9.4, vectorString: 'CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
          range: '<7.23.2',
        },
      ],
      effects: [],
      range: '<7.23.2',
      nodes: ['node_modules/@babel/traverse'],
      fixAvailable: true,
    },
  },
  metadata: {
    vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 1, total: 1 },
  },
})
