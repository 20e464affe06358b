// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `certauth pki`: manages a development PKI in a folder.
struct PKICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pki",
        abstract: "Creates and maintains a development PKI in a folder.",
        discussion: """
            For development and tests: the folder contains unencrypted keys, and only its owner can read it \
            (folder 0700, files 0600). Nothing is replaced without --force.

            Examples:
              certauth pki init                      root, intermediate and CRLs in ./pki
              certauth pki issue alice --email a@example.com      a TLS client
              certauth pki issue bob --from root     directly from the root
              certauth pki issue localhost --server  a TLS server for localhost
              certauth pki revoke alice              revokes, and issues the CRL again
              certauth pki crl                       issues all CRLs again
              certauth pki responder                 serves OCSP, CRLs and authorities
              certauth pki pfx alice                 a PKCS #12 file, asks for a password
              certauth pki intermediate team         one more authority below the root

            Files of a NAME: NAME.pem (certificate), NAME.chain.pem (with intermediates), NAME.key, NAME.pfx; of an \
            authority also NAME.crl.pem. crls.pem contains all CRLs, index.json lists all certificates.
            """,
        subcommands: [
            PKIInitCommand.self, PKIIssueCommand.self, PKIIntermediateCommand.self, PKIRevokeCommand.self,
            PKICRLCommand.self, PKIResponderCommand.self, PKIPFXCommand.self,
        ]
    )
}

/// The folder that all `pki` commands work in.
struct PKIFolderOption: ParsableArguments {
    @Option(name: .customLong("dir"), help: "The folder of the PKI.", completion: .directory) var path = "pki"
}

/// Checks a number of days, and returns it.
func checkedDays(_ days: Int64) throws(CommandFailure) -> Int64 {
    guard (1...36_500).contains(days) else { throw .usage("--days is \(days), expected 1 to 36500") }
    return days
}
