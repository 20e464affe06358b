// SPDX-License-Identifier: Apache-2.0
// The files that growth needs beside those of the other benchmarks.

import BenchmarkInput
import BenchmarkServing
import CertAuthTesting
import Foundation

extension ServerBench {
    /// Writes the CRLs of the clients' issuer and of the root, which revoke nothing, and those of other issuers.
    ///
    /// - Parameter number: the cRLNumber. A later list replaces an earlier one.
    func writeLists(number: Int, others: Int = 0) throws {
        let key = try TestKey.generate()
        let lists = try [issuing, authority].map { try $0.revocationList(number: number).derEncoded }
        let more = try (0..<others).map { index in
            try authority.intermediate("Growth Issuing \(index)", key: key).revocationList().derEncoded
        }
        try folder.write(lists: lists + more)
    }

    /// Writes certificates of clients that have no connection.
    func writeRevoked(_ count: Int) throws {
        let key = try TestKey.generate()
        let certificates = try (0..<count).map { try issuing.issue("revoked-\($0)", key: key).certificateDER }
        let text = WrittenCertificate.pem(certificates)
        try text.write(toFile: "\(folder.path)/revoked.pem", atomically: true, encoding: .utf8)
    }
}
