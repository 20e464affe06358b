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
              certauth pki init                                  root, intermediate with path length 0, CRLs in ./pki
              certauth pki issue alice --email alice@example.com a TLS client, from the intermediate
              certauth pki issue bob --from root                 the same, directly from the root
              certauth pki issue localhost --server              a TLS server for localhost
              certauth pki revoke alice --reason key-compromise  revokes, and issues the CRL again
              certauth pki crl                                   issues all CRLs again
              certauth pki responder                             serves OCSP, CRLs and authorities over HTTP
              certauth pki pfx alice --password secret           a PKCS #12 file; --legacy for old importers
              certauth pki intermediate team --path-length 0     one more authority below the root

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
